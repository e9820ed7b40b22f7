/** `wirewright keygen`: a secret that nobody guesses. */
import type { Command } from 'commander'
import { command } from '../command.js'

export function keygenCommand(): Command {
  return command('keygen', [
    ['wirewright keygen', '32 random bytes, as base64'],
    ['wirewright keygen --hex', 'the same as hexadecimal'],
    ['wirewright keygen --output secret.txt', 'into a new file that only you can read, for --secret-file'],
  ])
    .description('32 random bytes: a secret for --secret-file, or a pre-shared key.')
    .option('--hex', 'as hexadecimal instead of base64')
    .option('--output <file>', 'into this file, which must not exist yet; readable by its owner alone')
    .action(run)
}

async function run({ hex, output }: { hex?: boolean; output?: string }): Promise<void> {
  const [{ randomBytes }, { writeFileSync }, { usageError }] = await Promise.all([
    import('node:crypto'),
    import('node:fs'),
    import('../exit.js'),
  ])
  const line = `${randomBytes(32).toString(hex ? 'hex' : 'base64')}\n`
  if (output === undefined) return void process.stdout.write(line)
  try {
    writeFileSync(output, line, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { fileTrouble } = await import('../files.js')
    throw usageError(fileTrouble(error, output), { cause: error })
  }
}
