/** The flags that `send` and `listen` share: how to be secure, when to stop, and what to make of the frames. */
import type { Command } from 'commander'
import type { Framing } from '../framing/index.js'
import type { Address } from '../transport/index.js'
import { type AuthFlags, withAuthFlags } from './auth.js'
import { count } from './command.js'
import { type TlsFiles, withTlsFlags } from './endpoint.js'
import { type Guess, type GuessFlags, withGuessFlags } from './guess.js'
import { type PrintFlags, withPrintFlags } from './print.js'

export interface PeerFlags extends AuthFlags, TlsFiles, GuessFlags, PrintFlags {
  readonly count?: number
  readonly timeout?: string
  readonly quiet?: boolean
}

export function withPeerFlags(command: Command): Command {
  command
    .option('--count <n>', 'end after so many frames', count)
    .option('--timeout <time>', 'how long the next frame may take: 5, 5s, 500ms')
    .option('--quiet', 'no talk on standard error, errors excepted')
  return withPrintFlags(withAuthFlags(withTlsFlags(withGuessFlags(command))))
}

/** What a place's frames are when nobody says: whatever one read gives, or a datagram. */
export async function framingFor(
  { framing }: Guess,
  { transport }: Pick<Address, 'transport'>,
  { auth }: AuthFlags,
): Promise<Framing> {
  if (framing) return framing
  if (auth?.startsWith('multiprocessing')) return (await import('../auth/index.js')).multiprocessingFraming()
  const { chunks, datagram } = await import('../framing/index.js')
  return transport === 'udp' ? datagram() : chunks()
}
