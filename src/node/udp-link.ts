/**
 * One peer over UDP as a link.
 *
 *   in   each datagram adds 3 x its length, headers included, of credit  ┐ until the peer is known: an address in a datagram
 *   out  a datagram beyond the credit is dropped                         ┘ is anyone's to write, and must not be a weapon
 */
import type { Env } from '../env.js'
import {
  type Address,
  type Datagrams,
  type Link,
  type Receiver,
  showAddress,
  type TransportError,
  TransportUsageError,
} from '../transport/index.js'
import { transportError } from './socket-error.js'
import type { Destination, UdpSocket } from './udp-socket.js'

/** How many bytes go out for each that came in, to a peer that is not known: what QUIC allows (RFC 9000 section 8). */
const AMPLIFICATION = 3

/** Of IP and UDP. Without them a datagram of one byte would cost as much as it seems, and thirty times that on the wire. */
const HEADERS = { IPv4: 28, IPv6: 48 }

/** Datagrams that wait for a link that has been accepted and not yet started. */
const MAX_BEFORE_START = 16

/** What a link needs of whoever made it. */
export interface UdpLinkOptions {
  readonly env: Env
  readonly socket: UdpSocket
  readonly local: Address
  readonly peer: Address
  /** Undefined on a socket that knows by itself where to send. */
  readonly to: Destination | undefined
  readonly maxLength: number
  /** Whether the address may be forged; not where we chose it, nor on loopback. */
  readonly forgeable: boolean
  /** The link is gone. */
  readonly gone: () => void
  readonly becameKnown?: () => void
}

export class UdpLink implements Link {
  readonly local: Address
  readonly peer: Address
  readonly datagrams: Datagrams
  /** When the peer was last heard; kept by the table of peers. */
  heardAt = 0
  readonly #options: UdpLinkOptions
  readonly #headers: number
  #receiver: Receiver | undefined
  #started = false
  #beforeStart: Uint8Array[] = []
  #known = false
  #credit = 0
  #dropped = 0
  #warned = false
  #paused = false
  #ended = false
  #gone = false
  #error: TransportError | undefined
  #full = false

  constructor(options: UdpLinkOptions) {
    const link = this
    this.local = options.local
    this.peer = options.peer
    this.#options = options
    this.#headers = options.peer.host?.includes(':') ? HEADERS.IPv6 : HEADERS.IPv4
    this.datagrams = {
      maxLength: options.maxLength,
      get dropped() {
        return link.#dropped
      },
      known() {
        if (link.#known) return
        link.#known = true
        if (!link.#gone) options.becameKnown?.()
      },
    }
  }

  get queued(): number {
    return this.#options.socket.queued
  }

  start(receiver: Receiver): void {
    if (this.#started) throw new TransportUsageError('ALREADY_STARTED', 'the link has a receiver already')
    this.#started = true
    this.#receiver = receiver
    if (this.#gone) return void process.nextTick(() => this.#tellClosed())
    process.nextTick(() => {
      for (const bytes of this.#beforeStart.splice(0)) this.#hand(bytes)
      this.#sent(null)
    })
  }

  /** A datagram of this peer has come. */
  receive(bytes: Uint8Array): void {
    if (this.#gone) return
    this.#credit += AMPLIFICATION * (bytes.length + this.#headers)
    this.#hand(bytes)
  }

  #hand(bytes: Uint8Array): void {
    if (this.#receiver && !this.#paused) this.#receiver.received(bytes)
    else if (!this.#receiver && this.#beforeStart.length < MAX_BEFORE_START) this.#beforeStart.push(bytes)
    else this.#dropped++
  }

  write(bytes: Uint8Array): boolean {
    const { socket, to, maxLength, forgeable } = this.#options
    if (this.#ended || this.#gone) return true
    if (bytes.length > maxLength) {
      this.#drop(`it has ${bytes.length} bytes, and ${maxLength} are allowed (maxDatagramLength)`)
      return true
    }
    if (forgeable && !this.#known && bytes.length + this.#headers > this.#credit) {
      this.#drop(
        `the peer is not known, and ${bytes.length} bytes are more than ${AMPLIFICATION} for each that came from it; call known() when it has proved its address`,
      )
      return true
    }
    if (!socket.send(bytes, to, this.#sent)) {
      this.#drop('too many are waiting (maxQueuedBytes)')
      return true
    }
    this.#credit -= bytes.length + this.#headers
    if (socket.queued === 0) return true
    this.#full = true
    return false
  }

  /** No datagram can say so; nothing more is sent, and the peer finds out by its own patience. */
  end(): void {
    this.#ended = true
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  reset(): void {
    this.close(undefined)
  }

  /** Ends the link from below. */
  close(error: TransportError | undefined): void {
    if (this.#gone) return
    this.#gone = true
    this.#error = error
    this.#beforeStart = []
    this.#options.gone()
    process.nextTick(() => this.#tellClosed())
  }

  readonly #sent = (error: Error | null): void => {
    if (this.#gone) return
    if (error) {
      this.#dropped++
      // Only a connected socket hears of it: nobody listens at the one place that this link is for.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
        return this.close(transportError('no datagrams to', this.peer, error))
    }
    if (!this.#full || !this.#receiver || this.queued > 0) return
    this.#full = false
    this.#receiver.drained()
  }

  #drop(why: string): void {
    this.#dropped++
    if (this.#warned) return
    this.#warned = true
    this.#options.env.warn(
      `a datagram to ${showAddress(this.peer)} was not sent, and no more will be told of this link: ${why}`,
    )
  }

  #tellClosed(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    receiver?.closed(this.#error)
  }
}
