/** `npm run check`: format and lint, types, and the packed tarball as its users will get it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
  step('types without those of Node (tsc)', () => compileWithoutNode(tarball))
  step('types of every entry (attw)', () => run(bin('attw'), [tarball, '--profile', 'esm-only', '--quiet']))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stderr.write('check passed\n')

/** Whoever describes formats for a browser has neither Node's types nor all of the newest language's. */
function compileWithoutNode(tarball) {
  const place = join(folder, 'browser')
  const installed = join(place, 'node_modules', 'wirewright')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', tarball, '-C', installed, '--strip-components=1'])
  const entries = ['wirewright', 'wirewright/struct', 'wirewright/codec', 'wirewright/framing']
  const lines = entries.map((entry, i) => `import * as entry${i} from '${entry}'\nexport { entry${i} }\n`)
  writeFileSync(join(place, 'program.ts'), lines.join(''))
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types', '']
  run(bin('tsc'), ['--ignoreConfig', ...options, join(place, 'program.ts')])
}
