/** Any of Node's stream sockets as a link: TCP, TLS, Unix, or a duplex stream of the user's own. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { type Address, type Link, type Receiver, type Security, TransportUsageError } from '../transport/index.js'
import { transportError } from './socket-error.js'

/** What there is to know about a socket besides its bytes. */
export interface SocketFacts {
  readonly local: Address
  readonly peer: Address
  readonly security?: Security | undefined
  /** When the time of all handshakes is over, of which the one that secured the socket was the first. */
  readonly handshakeBy?: number
  /** The TCP socket beneath a secured one: only that can send a reset. */
  readonly tcp?: Socket | undefined
}

export class SocketLink implements Link {
  readonly local: Address
  readonly peer: Address
  readonly security: Security | undefined
  readonly handshakeBy: number | undefined
  readonly #socket: Duplex
  readonly #tcp: Socket | undefined
  /**
   * How long an array stays in use that was written. The operating system takes most within the call. TLS works after it:
   * small ones are copied, so that they are free at once; large ones stay until `drained`. A stream that is no socket may
   * hold on to them for as long as it likes.
   */
  readonly #keeps: 'never' | 'a while' | 'always'
  #receiver: Receiver | undefined
  #started = false
  #error: Error | undefined
  #ended = false
  #dropped = false
  /** An error now means only that the peer of a Unix socket has closed it after all that it had to say, with nothing lost. */
  #knocking = false
  /** Whether `drained` is owed: the last write was kept, or filled the socket's own queue. */
  #full = false

  constructor(socket: Duplex, { local, peer, security, handshakeBy, tcp }: SocketFacts) {
    this.local = local
    this.peer = peer
    this.security = security
    this.handshakeBy = handshakeBy
    this.#socket = socket
    this.#tcp = tcp
    this.#keeps = socket instanceof TLSSocket ? 'a while' : socket instanceof Socket ? 'never' : 'always'
    socket.allowHalfOpen = true
    // From the first moment: an 'error' that nobody listens to ends the process.
    for (const emitter of tcp && tcp !== socket ? [socket, tcp] : [socket])
      emitter.on('error', (error) => {
        if (this.#dropped || this.#knocking) return
        this.#error ??= error
        // Node leaves a TLS connection open whose handshake was done. Not at once: an alert of ours is still to go.
        setImmediate(() => this.#beneath.destroy())
      })
    socket.on('close', () => this.#closed())
    socket.pause()
  }

  get queued(): number {
    return this.#dropped || this.#socket.destroyed ? 0 : this.#socket.writableLength
  }

  /** To destroy it takes what lies on it along. */
  get #beneath(): Duplex {
    return this.#tcp ?? this.#socket
  }

  start(receiver: Receiver): void {
    if (this.#started) throw new TransportUsageError('ALREADY_STARTED', 'the link has a receiver already')
    this.#started = true
    this.#receiver = receiver
    const socket = this.#socket
    if (socket.closed) return void process.nextTick(() => this.#closed())
    socket.on('data', (chunk: Uint8Array) => {
      if (!this.#dropped) this.#receiver?.received(chunk)
    })
    socket.on('end', () => this.#peerEnded())
    socket.resume()
    // What was written before may be on its way already.
    process.nextTick(this.#written)
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket
    if (this.#ended || socket.destroyed) return true
    const copied =
      this.#keeps === 'always' || (this.#keeps === 'a while' && bytes.length < socket.writableHighWaterMark)
    const own = copied ? bytes.slice() : bytes
    // A callback costs 1.3 µs a write and is rarely needed: a socket is asked for one afterwards, by writing nothing. A stream
    // of the user's own might make something of that.
    const isAsked = this.#keeps !== 'always'
    const room = isAsked ? socket.write(own) : socket.write(own, this.#written)
    const taken = copied ? room : socket.writableLength === 0
    if (!taken || !room) this.#full = true
    if (this.#full && isAsked) socket.write(NOTHING, this.#written)
    return taken
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.end()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  reset(): void {
    // An end that is under way cannot become a reset: libuv refuses with EINVAL, and Node drops the handle without closing it.
    const isEnding = this.#ended && !this.#socket.writableFinished
    this.#ended = true
    this.#dropped = true
    // A secured socket closes by itself when the TCP socket beneath it has; to destroy both in one turn crashes Node 20.
    if (this.#tcp && !isEnding) this.#tcp.resetAndDestroy()
    else this.#beneath.destroy()
  }

  // 'drain' would not do: it comes only after more than the socket's own high-water mark was queued.
  readonly #written = (): void => {
    if (!this.#full || !this.#receiver || this.#dropped || this.#socket.destroyed || this.#socket.writableLength > 0)
      return
    this.#full = false
    this.#receiver.drained()
  }

  #peerEnded(): void {
    // Behind an error it is no end that the peer meant.
    if (this.#dropped || this.#error) return
    this.#receiver?.ended()
    // An end may be all that is seen of a peer that is gone altogether: after a reset that came right behind data, or where a
    // Unix socket was closed. To write nothing asks the operating system, which fails if so, and sends nothing if not.
    if (this.#ended || this.#socket.destroyed) return
    this.#knocking = this.#tcp === undefined && this.#socket.writableLength === 0
    this.#beneath.write(NOTHING, (error) => {
      if (!error) this.#knocking = false
    })
  }

  #closed(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    receiver?.closed(this.#error && transportError('connection with', this.peer, this.#error))
  }
}

const NOTHING = new Uint8Array()

/** The ends of a TCP socket that is open. */
export function tcpFacts(socket: Socket, transport = 'tcp'): SocketFacts & { tcp: Socket } {
  return {
    local: { transport, host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    peer: { transport, host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
    tcp: socket,
  }
}
