/**
 * `npm run bench:types`: what a thousand struct formats cost the type checker, over and above one; fails above three seconds.
 *
 *   npm run bench:types -- 5000      as many formats
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

const LIMIT_SECONDS = 3
const count = Number(process.argv[2] ?? 1000)
setUp()

const folder = join(root, '.build', 'type-cost')

/** A program with `formats` different formats of nine codes, packed and unpacked, two in ten of them with names. */
function program(formats) {
  const lines = ["import { struct } from 'wirewright/struct'"]
  for (let i = 0; i < formats; i++) {
    const format = `${'<>!=@'[i % 5]}B${1 + (i % 9)}H2xI ${i}s${1 + (Math.floor(i / 9) % 7)}q f?dc`
    if (i % 5 === 0) {
      lines.push(`const n${i} = struct('<I${i}sqd', ['a${i}', 'b', 'c', 'd'])`)
      lines.push(`export const o${i}: number = n${i}.unpack(n${i}.pack({ a${i}: 1, b: '', c: 2n, d: 3 })).a${i}`)
    } else {
      lines.push(`const s${i} = struct('${format}')`)
      lines.push(`export const v${i}: number = s${i}.unpack(new Uint8Array())[0]`)
    }
  }
  return lines.join('\n')
}

function check(name, formats) {
  const home = join(folder, name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'formats.ts'), program(formats))
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: [],
    skipLibCheck: true,
  }
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['formats.ts'] }))
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', home, '--extendedDiagnostics'],
    { cwd: root, encoding: 'utf8' },
  )
  if (status !== 0) {
    process.stderr.write(stdout)
    process.exit(1)
  }
  const number = (label) => Number(new RegExp(`${label}:\\s+([\\d.]+)`).exec(stdout)?.[1] ?? Number.NaN)
  return {
    total: number('Total time'),
    check: number('Check time'),
    instantiations: number('Instantiations'),
    memory: number('Memory used') / 1024,
  }
}

try {
  const one = check('one', 1)
  const many = check('many', count)
  const seconds = many.total - one.total
  console.log(`${count} formats: ${many.total.toFixed(2)} s in all, ${seconds.toFixed(2)} s more than one`)
  console.log(
    `  checking ${many.check.toFixed(2)} s, ${Math.round((many.instantiations - one.instantiations) / (count - 1))} instantiations each, ${Math.round(many.memory)} MiB`,
  )
  if (seconds > (LIMIT_SECONDS * count) / 1000) {
    console.error(`more than ${LIMIT_SECONDS} s for a thousand formats`)
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
