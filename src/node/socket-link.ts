/** Any of Node's stream sockets as a link: TCP, TLS, Unix. */
import type { Socket } from 'node:net'
import type { Address, Link, Receiver } from '../transport/index.js'
import { transportError } from './socket-error.js'

export class SocketLink implements Link {
  readonly local: Address
  readonly peer: Address
  readonly #socket: Socket
  #receiver: Receiver | undefined
  #error: Error | undefined
  #ended = false

  constructor(socket: Socket, local: Address, peer: Address) {
    this.local = local
    this.peer = peer
    this.#socket = socket
    // From the first moment: an 'error' that nobody listens to ends the process.
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('close', () => this.#closed())
    socket.pause()
  }

  get queued(): number {
    return this.#socket.writableLength
  }

  start(receiver: Receiver): void {
    this.#receiver = receiver
    const socket = this.#socket
    if (socket.destroyed) return void process.nextTick(() => this.#closed())
    socket.on('data', (chunk: Buffer) => receiver.received(chunk))
    socket.on('end', () => receiver.ended())
    socket.on('drain', () => receiver.drained())
    socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#socket.destroyed) return true
    this.#socket.write(bytes)
    // An empty queue means that the operating system took everything within the call, and the array is free again.
    return this.#socket.writableLength === 0
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
    this.#ended = true
    this.#socket.resetAndDestroy()
  }

  #closed(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    receiver?.closed(this.#error && transportError('connection with', this.peer, this.#error))
  }
}
