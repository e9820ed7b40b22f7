/** `wirewright calcsize`: how many bytes a format describes. */
import type { Command } from 'commander'
import { command } from '../command.js'

export function calcsizeCommand(): Command {
  return command('calcsize', [
    ["wirewright calcsize '!BHI'", 'prints 7'],
    ['wirewright calcsize BHI', 'prints 8: native alignment puts a byte in front of the H'],
    ["wirewright calcsize '!2x4s'", 'prints 6'],
  ])
    .description('Bytes of a struct, in the notation of Python’s struct.')
    .argument('<format>', 'a struct format (wirewright help formats)')
    .action(run)
}

async function run(format: string): Promise<void> {
  const { calcsize } = await import('../../struct/index.js')
  process.stdout.write(`${calcsize(format)}\n`)
}
