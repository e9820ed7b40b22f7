/** `wirewright completion`: what a shell has to know to complete our words, from the same table as the help. */
import { Argument, type Command } from 'commander'
import { command } from '../command.js'

export function completionCommand(program: () => Promise<Command>): Command {
  return command('completion', [
    ['wirewright completion bash >> ~/.bashrc', 'for bash'],
    ['wirewright completion zsh > ~/.zfunc/_wirewright', 'for zsh, in a folder of its fpath'],
    ['wirewright completion fish > ~/.config/fish/completions/wirewright.fish', 'for fish'],
  ])
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('../completion.js')
      process.stdout.write(await completion(shell, await program()))
    })
}
