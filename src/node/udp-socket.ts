/** A UDP socket, set up: bound or connected, in its groups, with a queue that has an end. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { UdpOptions } from './udp-options.js'

/** One receiver, or a group. */
export interface Destination {
  readonly address: string
  readonly port: number
}

export class UdpSocket {
  /** Called with each datagram and who sent it. */
  received: (bytes: Uint8Array, from: RemoteInfo) => void = () => {}
  /** Called when the operating system reports an error apart from any datagram that is being sent. */
  failed: (error: Error) => void = () => {}
  readonly #socket: Socket
  readonly #maxQueuedBytes: number
  /** Where everything goes, when that is more than one receiver. */
  #many: Destination | undefined
  #closed = false

  private constructor(socket: Socket, { maxQueuedBytes = 256 * 1024 }: UdpOptions) {
    this.#socket = socket
    this.#maxQueuedBytes = maxQueuedBytes
    socket.on('error', (error) => this.failed(error))
    socket.on('message', (bytes, from) => this.received(bytes, from))
  }

  /** Hears what is sent to `address` and to the groups it joins. @throws what the operating system says */
  static async listening(address: string, port: number, options: UdpOptions): Promise<UdpSocket> {
    const groups = groupsOf(options)
    const socket = create(address, options.reuseAddress ?? groups.length > 0)
    await settingUp(socket, (done) => socket.bind({ address, port }, done))
    return UdpSocket.#made(socket, options, () => {
      tune(socket, address, options)
      join(socket, groups, options.interfaces)
    })
  }

  /** Sends to `address`, and hears it alone; or, where `address` stands for many, whoever answers. @throws what the operating system says */
  static async to(address: string, port: number, options: UdpOptions): Promise<UdpSocket> {
    const socket = create(address, false)
    const many = options.broadcast === true || isMulticast(address)
    if (many && !(port > 0 && port < 65536))
      throw Object.assign(new RangeError(`port ${port} is none that can be sent to`), { code: 'ERR_SOCKET_BAD_PORT' })
    await settingUp(socket, (done) => (many ? socket.bind(0, done) : socket.connect(port, address, done as () => void)))
    const made = UdpSocket.#made(socket, options, () => tune(socket, address, options))
    if (many) made.#many = { address, port }
    return made
  }

  static #made(socket: Socket, options: UdpOptions, setUp: () => void): UdpSocket {
    try {
      setUp()
    } catch (error) {
      socket.close()
      throw error
    }
    return new UdpSocket(socket, options)
  }

  get local(): { address: string; port: number } {
    return this.#socket.address()
  }

  /** Bytes that the operating system has not taken yet. */
  get queued(): number {
    return this.#closed ? 0 : this.#socket.getSendQueueSize()
  }

  /** Sends, or, when too much is queued already, does not. `sent` is called in any other case, later. */
  send(bytes: Uint8Array, receiver: Destination | undefined, sent: (error: Error | null) => void): boolean {
    const to = receiver ?? this.#many
    if (this.#closed || this.queued + bytes.length > this.#maxQueuedBytes) return false
    if (to) this.#socket.send(bytes, to.port, to.address, sent)
    else this.#socket.send(bytes, sent)
    return true
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
  }
}

/** The groups to join. */
export function groupsOf({ join = [] }: UdpOptions): readonly string[] {
  return typeof join === 'string' ? [join] : join
}

/** Whether an address stands for a group: 224.0.0.0/4, ff00::/8. */
function isMulticast(address: string): boolean {
  if (isIPv6(address)) return /^ff/i.test(address)
  const first = Number.parseInt(address, 10)
  return first >= 224 && first < 240
}

function create(address: string, reuseAddr: boolean): Socket {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    reuseAddr,
    // Addresses only come here; Node would pass each through the resolver, once per datagram.
    lookup: (host: string, family: unknown, found: (error: null, address: string, family: number) => void) =>
      found(null, host, family as number),
  })
  // At no moment may there be no listener.
  socket.on('error', () => {})
  return socket
}

function settingUp(socket: Socket, begin: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', fail)
    try {
      begin((error) => {
        if (error) return fail(error)
        socket.off('error', fail)
        resolve()
      })
    } catch (error) {
      fail(error as Error)
    }
  })
}

function tune(
  socket: Socket,
  address: string,
  { ttl, broadcast, interfaces, multicastLoopback = true }: UdpOptions,
): void {
  if (broadcast) socket.setBroadcast(true)
  if (ttl !== undefined) {
    socket.setTTL(ttl)
    socket.setMulticastTTL(ttl)
  }
  socket.setMulticastLoopback(multicastLoopback)
  if (interfaces?.length) socket.setMulticastInterface(interfaceAddress(interfaces[0]!, isIPv6(address)))
}

/** On every interface that is asked for; of those of a machine, on as many as let themselves be joined, and at least one. */
function join(socket: Socket, groups: readonly string[], interfaces: readonly string[] | undefined): void {
  for (const group of groups) {
    const names = interfaces ?? Object.keys(networkInterfaces())
    const errors: unknown[] = []
    for (const name of names)
      try {
        socket.addMembership(group, interfaceAddress(name, isIPv6(group)))
      } catch (error) {
        if (interfaces) throw error
        errors.push(error)
      }
    if (errors.length === names.length) throw errors[0] ?? new Error('this machine has no network interface')
  }
}

/** An interface as `setMulticastInterface` and `addMembership` want it: an address in IPv4, `::%name` in IPv6. */
function interfaceAddress(nameOrAddress: string, v6: boolean): string {
  const interfaces = networkInterfaces()
  const family = v6 ? 'IPv6' : 'IPv4'
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    if (name !== nameOrAddress && !addresses.some(({ address }) => address === nameOrAddress)) continue
    const own = addresses.find(
      (one) => one.family === family && (name === nameOrAddress || one.address === nameOrAddress),
    )
    if (own) return v6 ? `::%${name}` : own.address
  }
  throw Object.assign(new Error(`${nameOrAddress} is no interface with an ${family} address`), { code: 'ENODEV' })
}
