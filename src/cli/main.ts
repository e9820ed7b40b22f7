#!/usr/bin/env node
/** The `wirewright` command: arguments in, exit code out. Everything a command needs is loaded when it runs, not before. */
import { CommanderError } from 'commander'
import { program } from './program.js'

// Whoever reads our output may stop when it has seen enough (`wirewright … | head -1`): that is no error of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

try {
  await program().parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const { exitCodeFor } = await import('./exit.js')
    process.stderr.write(`wirewright: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = exitCodeFor(error)
  }
}
