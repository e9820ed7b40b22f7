/** Arguments in, exit code out. Everything a command needs is loaded when it runs, not before. */
import { writeSync } from 'node:fs'
import { CommanderError } from 'commander'
import { program } from './program.js'

// Whoever reads our output may stop when it has seen enough (`wirewright … | head -1`): that is no error of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    try {
      writeSync(2, `wirewright: cannot write what there is to say: ${error.message}\n`)
    } finally {
      process.exit(1)
    }
  })

// What the library warns of is a line of ours; Node prints its own as it does.
const [printWarning] = process.listeners('warning')
process.removeAllListeners('warning').on('warning', async (warning) => {
  if (warning.name !== 'WirewrightWarning') return printWarning?.call(process, warning)
  const { say } = await import('./terminal.js')
  say(`wirewright: ${warning.message}`)
})

try {
  const given = process.argv.slice(2)
  const words = given.length > 0 ? given : ['--help']
  await (await program(words)).parseAsync(words, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const [{ exitCodeFor, lineFor }, { say }] = await Promise.all([import('./exit-code.js'), import('./terminal.js')])
    say(`wirewright: ${lineFor(error)}`)
    process.exitCode = exitCodeFor(error)
    // A process that another one watches over lives as long as the channel between them.
    if (process.connected) process.exit()
  }
}
