/** Frames to and from one peer, over any link: the socket side of `send` and `listen`. */
import type { Authentication } from '../auth/index.js'
import { Output } from '../bytes/index.js'
import { Handshake } from '../connection/index.js'
import type { Env } from '../env.js'
import { checkFit, type FrameDecoder, type Framing, showProgress } from '../framing/index.js'
import type { Link } from '../transport/index.js'
import { usageError } from './exit.js'

/** Frames that wait for their reader; above it the peer is slowed down. */
const MOST_WAITING = 256
/** A peer on this machine closes within a millisecond; a person who waits for a prompt does not notice this. */
const LINGER_MS = 200

/** What comes from the peer, in order. */
type Arrival = { readonly frame: Uint8Array } | { readonly error: Error } | { readonly ended: true }

export class Conversation {
  readonly link: Link
  readonly #framing: Framing
  #decoder: FrameDecoder
  readonly #waiting: Arrival[] = []
  #wake: (() => void) | undefined
  #drained: (() => void) | undefined
  #closed = false
  #handshake: Handshake | undefined
  /** Settles when the peer is known to be who it should be; at once without authentication. */
  readonly opened: Promise<void>
  /** Settles when the link is gone. */
  readonly closed: Promise<void>

  constructor(
    link: Link,
    framing: Framing,
    { env, auth, role }: { env: Env; auth: Authentication | undefined; role: 'client' | 'server' },
  ) {
    this.link = link
    this.#framing = framing
    this.#decoder = framing.decoder()
    let gone: () => void
    this.closed = new Promise((resolve) => {
      gone = resolve
    })
    this.opened = new Promise((resolve, reject) => {
      const begin = (): void => {
        link.start({
          received: (chunk) => (this.#handshake ? this.#handshake.received(chunk) : this.#received(chunk)),
          ended: () => (this.#handshake ? this.#handshake.ended() : this.#ended()),
          drained: () => this.#goOn(),
          closed: (error) => {
            this.#closed = true
            this.#handshake?.ended()
            this.#handshake?.stop()
            if (error) {
              reject(error)
              this.#put({ error })
            } else this.#ended()
            this.#goOn()
            gone()
          },
        })
      }
      if (!auth) {
        begin()
        return resolve()
      }
      const machine = role === 'client' ? auth.client() : auth.server()
      this.#handshake = new Handshake(machine, link, env, {
        done: (_identity, rest) => {
          this.#handshake = undefined
          resolve()
          if (rest.length > 0) this.#received(rest)
        },
        failed: (error) => {
          link.end()
          reject(error)
        },
      })
      begin()
      this.#handshake.proceed()
    })
    // Whoever waits for it hears; nobody has to.
    this.opened.catch(() => {})
  }

  /** How far the frame in progress is, and what the bytes of it would be whole frames of. Ends the reading. */
  unfinished(): string {
    const progress = showProgress(this.#decoder)
    if (progress === '') return ''
    const { instead } = checkFit(this.#framing, this.#decoder.takeRest())
    return `${progress}${instead.length > 0 ? `; ${instead.join(' or ')} would fit` : ''}`
  }

  /**
   * The next frame; `end` when the peer has ended its stream between two frames, `late` when nothing came in time.
   * @throws {FramingError} or TransportError
   */
  async next(withinMs?: number): Promise<Uint8Array | 'end' | 'late'> {
    if (this.#waiting.length === 0) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (withinMs !== undefined) timer = setTimeout(resolve, withinMs)
      })
      clearTimeout(timer)
    }
    const arrival = this.#waiting[0]
    if (!arrival) return 'late'
    if ('error' in arrival) throw arrival.error
    if ('ended' in arrival) return 'end'
    this.#waiting.shift()
    if (this.#waiting.length < MOST_WAITING) this.link.resume()
    return arrival.frame
  }

  /** Sends one frame; resolves when there is room for more. @throws {UsageError} when the body cannot be framed */
  async send(body: Uint8Array): Promise<void> {
    const output = new Output()
    const mark = this.#framing.begin(output)
    output.append(body)
    this.#framing.finish(output, mark)
    const { maxLength = Number.POSITIVE_INFINITY } = this.link.datagrams ?? {}
    if (output.length > maxLength)
      throw usageError(`a frame of ${output.length} bytes does not fit a datagram, which may have ${maxLength}`)
    if (!this.link.write(output.copy()) && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
  }

  /** The reader hears of something that went wrong on our side, behind the frames that have come. */
  fail(error: Error): void {
    this.#put({ error })
  }

  /** Ends our side, and lets the peer take what is on its way; whoever does not close then is left. */
  async hangUp(): Promise<void> {
    this.link.end()
    const patience = new Promise((resolve) => setTimeout(resolve, LINGER_MS).unref())
    if (!this.link.datagrams) await Promise.race([this.closed, patience])
    this.link.reset()
  }

  #received(chunk: Uint8Array): void {
    // A datagram that is not whole frames says nothing about the next one.
    if (this.link.datagrams && this.#framing.over === 'stream') this.#decoder = this.#framing.decoder()
    const decoder = this.#decoder
    try {
      decoder.write(chunk)
      while (decoder.read()) this.#put({ frame: copy(decoder) })
      if (this.link.datagrams) decoder.finish()
    } catch (error) {
      this.#put({ error: error as Error })
      if (!this.link.datagrams) this.link.pause()
    }
    if (this.#waiting.length >= MOST_WAITING) this.link.pause()
  }

  #ended(): void {
    try {
      this.#decoder.finish()
      this.#put({ ended: true })
    } catch (error) {
      this.#put({ error: error as Error })
    }
  }

  #put(arrival: Arrival): void {
    const last = this.#waiting.at(-1)
    // The first end is the one that counts.
    if (last && !('frame' in last)) return
    this.#waiting.push(arrival)
    this.#wake?.()
  }

  #goOn(): void {
    this.#drained?.()
    this.#drained = undefined
  }
}

/** Never a Buffer's own slice, which would be a view. */
function copy({ bytes, start, end }: FrameDecoder): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end)
}
