/** What `wirewright listen` does. */
import { showAddress } from '../../transport/index.js'
import type { Conversation } from '../conversation.js'
import { placeToListen } from '../endpoint.js'
import { CommandError, EXIT } from '../exit.js'
import { Peer } from '../peer.js'
import type { PeerFlags } from '../peer-flags.js'
import { endQuietly } from '../signals.js'
import { say } from '../terminal.js'

interface ListenFlags extends PeerFlags {
  readonly echo?: boolean
}

export async function run(endpoint: string, flags: ListenFlags): Promise<void> {
  const peer = await Peer.of(endpoint, flags, 'client')
  const where = await placeToListen(peer.place, flags)
  peer.check(where)
  const audience = new Audience(peer, flags)
  const listener = await where.listen((link) => audience.welcome(peer.talk(link, where, 'server')), {
    failed: (error) => say(`wirewright: ${error.message}`),
  })
  // A Unix socket is a file, which nobody should find when nobody listens.
  endQuietly(() => void listener.close())
  const { transport } = peer.place
  peer.mention(`listening on ${transport === 'unix' ? 'unix:' : `${transport}://`}${showAddress(listener.address)}`)
  try {
    await audience.enough()
  } finally {
    await listener.close()
    await audience.close()
  }
}

/** All who connect: their frames printed, counted, and awaited no longer than they may take. */
class Audience {
  readonly #peer: Peer
  readonly #flags: ListenFlags
  readonly #limit: number
  readonly #open = new Set<Conversation>()
  #connections = 0
  #frames = 0
  #timer: NodeJS.Timeout | undefined
  #end: (error?: Error) => void = () => {}

  constructor(peer: Peer, flags: ListenFlags) {
    this.#peer = peer
    this.#flags = flags
    this.#limit = flags.count ?? Number.POSITIVE_INFINITY
  }

  /** Settles after the last frame that was wanted. @throws {CommandError} exit code 4 when one does not come in time */
  enough(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#end = (error) => (error ? reject(error) : resolve())
      this.#wait()
    })
  }

  welcome(conversation: Conversation): void {
    const conn = ++this.#connections
    const { link } = conversation
    this.#open.add(conversation)
    this.#peer.mention(`connection ${conn} from ${showAddress(link.peer)}`)
    this.#hear(conversation, conn)
      .catch((error: Error) => {
        say(`wirewright: connection ${conn}: ${error.message}`)
        link.reset()
      })
      .finally(() => this.#open.delete(conversation))
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all(Array.from(this.#open, (conversation) => conversation.hangUp()))
  }

  async #hear(conversation: Conversation, conn: number): Promise<void> {
    await conversation.opened
    for (;;) {
      const body = await conversation.next()
      if (typeof body === 'string') break
      if (this.#frames >= this.#limit) return
      const number = ++this.#frames
      const { error } = this.#peer.show(body, { number, conn })
      if (error !== undefined) say(`wirewright: connection ${conn}, frame ${number}: ${error}`)
      this.#wait()
      if (this.#flags.echo) await conversation.send(body)
      if (number >= this.#limit) return this.#end()
    }
    conversation.link.end()
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const { timeoutMs } = this.#peer
    if (timeoutMs === undefined) return
    this.#timer = setTimeout(() => {
      const late = `no ${this.#frames > 0 ? 'further ' : ''}frame within ${timeoutMs} ms`
      const isEnough = this.#flags.count === undefined && this.#frames > 0
      this.#end(isEnough ? undefined : new CommandError(EXIT.timeout, late))
    }, timeoutMs)
  }
}
