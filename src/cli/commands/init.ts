/** `wirewright init`: a module to start from. */
import type { Command } from 'commander'
import { command } from '../command.js'

export function initCommand(): Command {
  return command('init', [
    ['wirewright init', 'writes service.ts, which wirewright serve ./service.ts runs'],
    ['wirewright init ratio.ts', 'the same under another name'],
    ['wirewright init ratio.mjs', 'the same for a project without TypeScript'],
  ])
    .description('Write a small service to start from: serve it, call it, change it.')
    .argument('[file]', 'a .ts, .mts, .js or .mjs file that does not exist yet', 'service.ts')
    .action(run)
}

async function run(file: string): Promise<void> {
  const [{ writeFileSync }, { basename, isAbsolute }, { usageError }, { say }] = await Promise.all([
    import('node:fs'),
    import('node:path'),
    import('../exit.js'),
    import('../terminal.js'),
  ])
  if (!/\.m?[jt]s$/.test(file)) throw usageError(`'${file}' is no module: give it a name that ends in .ts or .mjs`)
  try {
    writeFileSync(file, STARTER, { flag: 'wx' })
  } catch (error) {
    const { fileTrouble } = await import('../files.js')
    throw usageError(fileTrouble(error, file), { cause: error })
  }
  const path = isAbsolute(file) || file.startsWith('.') ? file : `./${file}`
  say(`${basename(file)} is written. Try`)
  say(`  wirewright serve ${path} --watch`)
  say(`  wirewright call ${path} 1 3`)
}

/** The same text is a program in both languages. */
const STARTER = [
  '// A service: what the bytes mean, what is done with them, and where.',
  '//',
  '//   wirewright serve THIS-FILE --watch',
  '//   wirewright call THIS-FILE 1 3          0.3333333333333333',
  "import { exchange, lengthPrefix, service, struct } from 'wirewright'",
  "import { tcp } from 'wirewright/node'",
  '',
  '// Each message is a frame: its length in two bytes, then that many bytes.',
  "const ratio = exchange('ratio', {",
  "  framing: lengthPrefix('!H'),",
  "  request: struct('!2i'), // two integers of 32 bits",
  "  reply: struct('!d'), // one float of 64 bits",
  '})',
  '',
  'export default service(ratio, ([a, b]) => [a / b], { endpoint: tcp({ port: 7000 }) })',
  '',
].join('\n')
