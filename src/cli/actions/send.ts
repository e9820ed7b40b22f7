/** What `wirewright send` does. */
import { showAddress } from '../../transport/index.js'
import { Answers } from '../answers.js'
import type { Conversation } from '../conversation.js'
import { placeToConnect } from '../endpoint.js'
import { usageError } from '../exit.js'
import { type Frames, framesToSend, type GivenFlags } from '../frames-to-send.js'
import { Peer } from '../peer.js'
import type { PeerFlags } from '../peer-flags.js'
import { endQuietly } from '../signals.js'

interface SendFlags extends PeerFlags, GivenFlags {
  readonly wait?: boolean
  readonly expect?: readonly string[]
}

export async function run(endpoint: string, words: readonly string[], flags: SendFlags): Promise<void> {
  endQuietly()
  const peer = await Peer.of(endpoint, flags, 'server')
  const answers = new Answers(peer, flags)
  const frames = framesToSend(words, flags, peer.guess)
  const isSilent = Array.isArray(frames) && frames.length === 0
  if (flags.wait && isSilent)
    throw usageError(
      '--wait is for an answer to what is sent, and nothing is: --count 1 takes one frame from who speaks first',
    )
  const where = await placeToConnect(peer.place, flags, peer.timeoutMs)
  peer.check(where)
  const link = await where.connect()
  const talk = peer.talk(link, where, 'client')
  try {
    await talk.opened
    peer.mention(`connected to ${showAddress(link.peer)}${isSilent ? ': sending nothing, listening' : ''}`)
    await (flags.wait ? inTurn : atOnce)(frames, talk, answers)
    await talk.hangUp()
  } finally {
    link.reset()
    // Whoever types there need not type another line for us to end.
    if (words[0] === '-') process.stdin.destroy()
  }
  answers.judge()
}

/** An answer to each frame before the next one goes. */
async function inTurn(frames: Frames, talk: Conversation, answers: Answers): Promise<void> {
  for await (const frame of frames) {
    answers.owed++
    await talk.send(frame)
    if ((await answers.next(talk)) !== 'one') return
  }
}

/** All frames as fast as they are taken; what comes back is read meanwhile. */
async function atOnce(frames: Frames, talk: Conversation, answers: Answers): Promise<void> {
  const sending = (async () => {
    let any = false
    for await (const frame of frames) {
      await talk.send(frame)
      any = true
    }
    if (any && answers.areEndless) talk.link.end()
  })().catch((error) => talk.fail(error))
  while (answers.areAwaited) {
    const came = await answers.next(talk)
    // Whoever has ended may still listen.
    if (came === 'end') await Promise.race([sending, talk.closed])
    if (came !== 'one') return
  }
}
