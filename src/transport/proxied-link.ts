/** A link whose first bytes are a PROXY header: read before anybody starts it, and then it is the peer that the header names. */
import type { Env } from '../env.js'
import { ProxyHeaderError, readProxyHeader } from './proxy-protocol.js'
import { type Address, type Datagrams, type Link, type Receiver, type Security, TransportError } from './transport.js'

/**
 * Waits for the header of `link`.
 *
 * @throws {ProxyHeaderError} when there is none, or not within `timeoutMs`; the link is reset then
 */
export function proxied(link: Link, env: Env, timeoutMs: number): Promise<Link> {
  return new Promise((resolve, reject) => {
    let received = new Uint8Array(0)
    let receiver: Receiver | undefined
    let wasEnded = false
    let wasClosed: { readonly error: TransportError | undefined } | undefined
    const handshakeBy = Math.min(env.now() + timeoutMs, link.handshakeBy ?? Number.POSITIVE_INFINITY)
    const timer = env.timer(timeoutMs, () => refuse(new ProxyHeaderError(`no header within ${timeoutMs} ms`)))
    const refuse = (error: unknown): void => {
      timer.cancel()
      link.reset()
      reject(error)
    }
    link.start({
      received(chunk) {
        if (receiver) return receiver.received(chunk)
        const joined = new Uint8Array(received.length + chunk.length)
        joined.set(received)
        joined.set(chunk, received.length)
        received = joined
        try {
          const header = readProxyHeader(received)
          if (!header) return
          timer.cancel()
          link.pause()
          const rest = received.subarray(header.length)
          resolve(
            new ProxiedLink(link, header.source ?? link.peer, handshakeBy, (started) => {
              env.defer(() => {
                receiver = started
                if (rest.length > 0) started.received(rest)
                if (wasEnded) started.ended()
                if (wasClosed) started.closed(wasClosed.error)
                else link.resume()
              })
            }),
          )
        } catch (error) {
          refuse(error)
        }
      },
      ended() {
        wasEnded = true
        if (receiver) receiver.ended()
        else if (received.length === 0 || !isWhole(received))
          refuse(new ProxyHeaderError('the stream ended before the header did'))
      },
      drained: () => receiver?.drained(),
      closed(error) {
        timer.cancel()
        if (receiver) return receiver.closed(error)
        wasClosed = { error }
        reject(error ?? new TransportError('RESET', 'the connection closed before its PROXY header came'))
      },
    })
  })
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    return readProxyHeader(bytes) !== undefined
  } catch {
    return false
  }
}

class ProxiedLink implements Link {
  readonly peer: Address
  /** The header takes its time from that of the handshakes after it. */
  readonly handshakeBy: number
  readonly #link: Link
  readonly #started: (receiver: Receiver) => void

  constructor(link: Link, peer: Address, handshakeBy: number, started: (receiver: Receiver) => void) {
    this.#link = link
    this.peer = peer
    this.handshakeBy = handshakeBy
    this.#started = started
  }

  get local(): Address {
    return this.#link.local
  }

  get security(): Security | undefined {
    return this.#link.security
  }

  get datagrams(): Datagrams | undefined {
    return this.#link.datagrams
  }

  get queued(): number {
    return this.#link.queued
  }

  start(receiver: Receiver): void {
    this.#started(receiver)
  }

  write(bytes: Uint8Array): boolean {
    return this.#link.write(bytes)
  }

  end(): void {
    this.#link.end()
  }

  pause(): void {
    this.#link.pause()
  }

  resume(): void {
    this.#link.resume()
  }

  reset(): void {
    this.#link.reset()
  }
}
