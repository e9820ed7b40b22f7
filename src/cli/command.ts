/** What all commands have in common: help that begins with examples, errors of one line, and who knows which flags. */
import { Command, InvalidArgumentError } from 'commander'
import { say } from './terminal.js'

/** A line to type, and what it does. */
export type Example = readonly [line: string, what: string]

/** A command whose help begins with examples, and whose errors are one line and exit code 2. */
export function command(name: string, examples: readonly Example[]): Command {
  return new Command(name)
    .addHelpText('before', `Examples:\n${show(examples)}`)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ subcommandTerm: (command) => command.name(), subcommandDescription: firstSentence })
    .configureOutput({ writeErr: oneLine })
}

/** Side by side where a terminal of 80 columns has room for that, otherwise one below the other. */
function show(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  const hasRoom = examples.every(([, what]) => 2 + width + 3 + what.length <= 80)
  return examples
    .map(([line, what]) => (hasRoom ? `  ${line.padEnd(width)}   ${what}\n` : `  ${line}\n      ${what}\n`))
    .join('')
}

/** What a command does, in a file of its own that is loaded when it is run: nobody's help waits for it. */
export function later<Given extends unknown[]>(
  load: () => Promise<{ run(...given: Given): Promise<void> }>,
): (...given: Given) => Promise<void> {
  return async (...given) => (await load()).run(...given)
}

/** In the list of commands; the rest is in the help of each. */
export function firstSentence(command: Command): string {
  return command.description().split(/[.:;](\s|$)/)[0]!
}

/** Commander says what is wrong on one line and what would be right on the next. */
function oneLine(text: string): void {
  say(`wirewright: ${text.trim().replace(/^error: /, '')}`)
}

/** `--port 65432`. */
export function port(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}

/** `--count 3`. */
export function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A count is a whole number from 1.')
}

/** `--max-size 10M`, in bytes: K, M and G are powers of 1024. */
export function size(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9})(?:([KMG])(?:i?B)?)?$/i.exec(text) ?? []
  if (number !== undefined) return Number(number) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ')
  throw new InvalidArgumentError('A size is a number of bytes: 1000000, 500K, 10M, 2G.')
}

/** `--expect a --expect b`. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** A parser's error as one that names the flag. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      throw new InvalidArgumentError(`${(error as Error).message}.`)
    }
  }
}
