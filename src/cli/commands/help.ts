/** `wirewright help`: about a command, or about a topic. */
import { type Command, CommanderError } from 'commander'
import { command } from '../command.js'

export function helpCommand(program: () => Promise<Command>): Command {
  return command('help', [
    ['wirewright help exit-codes', 'what a script learns from the exit code'],
    ['wirewright help framings', 'how to say where frames end'],
    ['wirewright help send', 'the same as wirewright send --help'],
  ])
    .description('Help on a command, or on a topic: exit-codes, formats, framings, endpoints, messages, expect, json.')
    .argument('[topic]', 'a command or a topic')
    .action((topic: string | undefined) => run(topic, program))
}

async function run(topic: string | undefined, program: () => Promise<Command>): Promise<void> {
  const [{ HELP_TOPICS, helpOn }, { usageError }] = await Promise.all([
    import('../help-topics.js'),
    import('../exit.js'),
  ])
  const text = topic === undefined ? undefined : helpOn(topic)
  if (text !== undefined) return void process.stdout.write(text)
  const all = await program()
  const named = topic === undefined ? all : all.commands.find((command) => command.name() === topic)
  if (!named)
    throw usageError(
      `no help on '${topic}': the topics are ${HELP_TOPICS.join(', ')}; the commands ${all.commands.map((command) => command.name()).join(', ')}`,
    )
  try {
    named.help()
  } catch (error) {
    // Commander ends by throwing, because it was told not to end the process.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
}
