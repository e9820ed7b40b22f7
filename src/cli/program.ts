/** The table of commands: names, arguments, options, examples. What they do stands in a file each. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { duration, port } from './options.js'

export function program(): Command {
  const root = command('wirewright', [
    ['wirewright serve square', 'a service, until Ctrl-C'],
    ['wirewright call square 12345', 'its client: prints 152399025'],
    ["wirewright pack '!I2sf' 1 ab 2.7", 'values to bytes, as hexadecimal'],
  ])
    .description('Describe a wire protocol once; serve it, call it, look at it.')
    .version(
      (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
    )

  root
    .addCommand(
      command('serve', [
        ['wirewright serve square', 'the tutorial service, on 127.0.0.1:65432'],
        ['wirewright serve square --port 0', 'on any free port; the line it prints says which'],
        ['wirewright serve ./mine.ts --host 0.0.0.0', 'a module of yours, for everybody on the network'],
      ])
        .description('Run a service until Ctrl-C.')
        .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
        .option(
          '--host <host>',
          'where to listen (default: the service’s own, which is loopback for the built-in ones)',
        )
        .option('--port <port>', 'on which port; 0 takes any that is free', port)
        .action(async (name, options) => (await import('./serve.js')).serve(name, options)),
    )
    .addCommand(
      command('call', [
        ['wirewright call square 12345', 'prints 152399025'],
        ['wirewright call square 12345 --port 7000', 'the same, from another port'],
        ['wirewright call ./mine.ts -5 --timeout 500ms', 'a service of yours; gives up after half a second'],
      ])
        .description('Ask a service once and print its answer, one line for each value.')
        .argument('<service>', 'the name of a built-in service, or a module whose default export is a service(…)')
        .argument('[values...]', 'what to ask, one word for each value')
        .option('--host <host>', 'where the service is (default: its own place)')
        .option('--port <port>', 'on which port', port)
        .option('--timeout <time>', 'how long to wait for the answer: 5, 5s, 500ms', duration, 30_000)
        .action(async (name, values, options) => (await import('./call.js')).call(name, values, options)),
    )
    .addCommand(
      command('pack', [
        ["wirewright pack '!I2sf' 1 ab 2.7", 'prints 000000016162402ccccd'],
        ["wirewright pack '<3h' 1 -2 3", 'prints 0100feff0300'],
        ["wirewright pack '!I2sf' 1 ab 2.7 | xxd -r -p", 'the bytes themselves'],
      ])
        .description('Values to bytes, in the notation of Python’s struct.')
        .argument('<format>', 'a struct format')
        .argument('[values...]', 'one word for each value; bytes as text, with \\xNN for what no keyboard has')
        .action(async (format, values) => (await import('./pack.js')).packCommand(format, values)),
    )
    .addCommand(
      command('unpack', [
        ["wirewright unpack '!I2sf' 000000016162402ccccd", 'prints 1, ab and 2.700000047683716, a line each'],
        ["wirewright unpack '<3h' '01 00 fe ff 03 00'", 'spaces, colons and 0x do not matter'],
        ["wirewright unpack '!4s' 0a41ff00", 'prints \\x0aA\\xff\\x00'],
      ])
        .description('Bytes to values, one a line, in the notation of Python’s struct.')
        .argument('<format>', 'a struct format')
        .argument('<hex...>', 'the bytes, as hexadecimal')
        .action(async (format, hex) => (await import('./pack.js')).unpackCommand(format, hex)),
    )
  return root
}

/** A command whose help begins with examples, and whose errors are one line and exit code 2. */
function command(name: string, examples: readonly (readonly [line: string, what: string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length))
  const shown = examples.map(([line, what]) => `  ${line.padEnd(width)}   ${what}\n`).join('')
  return new Command(name)
    .addHelpText('before', `Examples:\n${shown}`)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeErr: oneLine })
}

/** Commander says what is wrong on one line and what would be right on the next. */
function oneLine(text: string): void {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
  process.stderr.write(`wirewright: ${line}\n`)
}
