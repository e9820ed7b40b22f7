/** `npm run check`: format and lint, types, and the packed tarball as its users will get it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run, setUp, step } from './setup.mjs'

setUp({ tests: true })
const bin = (name) => join(root, 'node_modules', '.bin', name)

step('format and lint (biome)', () => run(bin('biome'), ['ci', '--error-on-warnings', '.']))
step('size in a browser (esbuild, gzip)', () => run(process.execPath, ['scripts/size.mjs']))
const folder = mkdtempSync(join(tmpdir(), 'wirewright-pack-'))
try {
  let tarball
  step('packing', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], {
        cwd: root,
        encoding: 'utf8',
      }),
    )
    tarball = join(folder, packed.filename)
    process.stderr.write(`  ${packed.filename}: ${packed.entryCount} files, ${Math.round(packed.size / 1024)} KiB\n`)
  })
  step('exports (publint)', () => run(bin('publint'), ['run', tarball, '--strict']))
  step('types of every entry (attw)', () => run(bin('attw'), [tarball, '--profile', 'esm-only', '--quiet']))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stderr.write('check passed\n')
