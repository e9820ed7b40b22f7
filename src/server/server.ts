/// <reference lib="esnext.disposable" preserve="true" />
/** Serves a protocol: accepts links, makes each a connection, hands its messages to the handlers. */
import type { Authentication } from '../auth/index.js'
import {
  type Application,
  type CloseReason,
  Connection,
  type ConnectionLimits,
  type ConnectionOf,
  type ConnectionOptions,
  checkFirstWord,
  checkPlaintext,
  guarded,
  type HandlerContext,
  limitsWith,
  type Observer,
  type PlaintextConsent,
  tell,
  type WhenFull,
} from '../connection/index.js'
import type { Env } from '../env.js'
import { UsageError } from '../errors.js'
import type { Protocol } from '../protocol/index.js'
import {
  type Address,
  type Connectable,
  type Link,
  type Listenable,
  type Listener,
  type ProxyHeaderError,
  proxied,
  showAddress,
  type TransportError,
} from '../transport/index.js'
import { AddressSet } from './address-set.js'
import { Admission, type AdmissionOptions, type Refusal } from './admission.js'
import type { Handlers } from './handlers.js'
import { Warnings } from './warnings.js'

/** What a server may be told besides its handlers. */
export interface ServerOptions<P extends Protocol = Protocol> {
  /** Departures from the default limits, those of each connection and those of the server. */
  limits?: Partial<ConnectionLimits>
  /** How clients prove who they are before the protocol begins; handlers find the result in `context.identity`. */
  auth?: Authentication
  /** Goes with an {@link auth} that is not tied to what follows it, over plain TCP beyond loopback. */
  plaintext?: PlaintextConsent
  /** Who may connect, and how many. */
  admission?: AdmissionOptions
  /** What becomes of messages for a peer that is too far behind. */
  whenFull?: WhenFull
  /**
   * Addresses and networks of load balancers that speak the PROXY protocol (v1 and v2): connections from there must begin
   * with its header, before any TLS, and are then those of the peer that it names. From anywhere else such a header is no
   * part of the protocol.
   */
  trustedProxies?: readonly string[]
  observer?: Observer
  /** A connection has opened; a server that speaks first does it here. */
  opened?: (connection: ConnectionOf<P, 'server'>) => void
  /** `drain()` has begun: the moment to tell the peer, where the protocol can. */
  draining?: (connection: ConnectionOf<P, 'server'>) => void
  /** A connection is gone. */
  closed?: (reason: CloseReason, connection: ConnectionOf<P, 'server'>) => void
  /**
   * A handler failed, or a peer broke a rule. That one connection closes; nobody else is touched. Without this, one line
   * goes where the runtime puts warnings: the first ten of a minute; then they are counted.
   */
  onError?: (error: unknown, context: ServerErrorContext<P>) => void
}

/** Where an error happened. */
export interface ServerErrorContext<P extends Protocol = Protocol> {
  readonly connection: ConnectionOf<P, 'server'>
  /** The message whose handler failed; undefined when it was the peer who broke a rule. */
  readonly message: string | undefined
}

/** How a server is. */
export interface ServerInfo {
  /** Peers that are there now, those in a handshake included. */
  readonly open: number
  /** Connections accepted so far. */
  readonly accepted: number
  /** Connections that were not, by the rule that forbade them. */
  readonly refused: Readonly<Record<Refusal, number>>
  /** Peers whose handshake, or PROXY header, failed before there was a connection. */
  readonly failed: number
}

/** A server that was closed should listen again. */
export class ServerClosedError extends UsageError<'SERVER_CLOSED'> {
  constructor(protocol: string) {
    super('SERVER_CLOSED', `the server of '${protocol}' was closed and listens no more: make another with createServer`)
  }
}

/** A place where a server listens. */
export interface Listening {
  /** How to connect to it, with the real port. */
  readonly endpoint: Connectable
  /** Accepts no more connections there. Those that are open stay. */
  close(): Promise<void>
}

/**
 * A server for `protocol`. It listens nowhere yet.
 *
 * @example
 * ```js
 * const server = createServer(square, ([n]) => [n * n])
 * const { endpoint } = await server.listen(tcp({ port: 65432 }))
 * ```
 */
export function createServer<P extends Protocol>(
  protocol: P,
  handlers: Handlers<NoInfer<P>>,
  options: ServerOptions<NoInfer<P>> = {},
): Server<P> {
  return new Server(protocol, handlers, options)
}

export class Server<P extends Protocol = Protocol> {
  readonly protocol: P
  /** One for all connections, like the options that they share. */
  readonly #application: Application
  readonly #shared: ConnectionOptions
  readonly #options: ServerOptions<P>
  readonly #connections = new Set<Connection>()
  /** Who has not proved anything yet: nobody may find them among the others, and tell them what is for the others. */
  readonly #strangers = new Set<Connection>()
  readonly #listeners = new Set<Listener>()
  /** Those that are about to be. */
  readonly #opening = new Set<Promise<Listener>>()
  /** From load balancers, before they said for whom. */
  readonly #arriving = new Set<Link>()
  readonly #admission: Admission
  readonly #proxies: AddressSet | undefined
  #draining: Promise<void> | undefined
  #isClosed = false
  readonly #warnings: Warnings
  #accepted = 0
  #failed = 0

  constructor(protocol: P, handlers: Handlers<P>, options: ServerOptions<P> = {}) {
    this.protocol = protocol
    this.#options = options
    this.#warnings = new Warnings(protocol.name)
    const { limits, whenFull, observer, auth, opened, closed } = options
    this.#shared = { limits: limitsWith(limits), whenFull, observer, auth }
    this.#application = {
      handle: dispatcher(handlers as AnyHandlers),
      failed: (error, connection, message) => this.#report(error, connection, message),
      opened: (connection) => {
        if (auth) {
          this.#admission.unauthenticated--
          this.#strangers.delete(connection)
          this.#connections.add(connection)
        }
        this.#guard('opened', connection, () => opened?.(connection as ConnectionOf<P, 'server'>))
      },
      closed: (reason, connection) => {
        this.#connections.delete(connection)
        this.#strangers.delete(connection)
        this.#leave(connection.peer, connection.wasOpen)
        this.#guard('closed', connection, () => closed?.(reason, connection as ConnectionOf<P, 'server'>))
      },
    }
    this.#admission = new Admission(options.admission ?? {})
    this.#proxies = options.trustedProxies && new AddressSet(options.trustedProxies)
  }

  /** The connections that are open now; with `auth`, of those who have given their proof. */
  get connections(): ReadonlySet<ConnectionOf<P, 'server'>> {
    return this.#connections as ReadonlySet<unknown> as ReadonlySet<ConnectionOf<P, 'server'>>
  }

  /**
   * Listens on `endpoint`, beside any others.
   *
   * @throws {TransportError} when the place cannot be had; {@link ServerClosedError} after `close()` or `drain()`
   */
  async listen(endpoint: Listenable): Promise<Listening> {
    if (this.#isClosed) throw new ServerClosedError(this.protocol.name)
    checkPlaintext(this.#options.auth, endpoint.address, this.#options.plaintext, endpoint.env)
    checkFirstWord(this.#options.auth, endpoint.address)
    const { env } = endpoint
    const whoIs = (peer: Address): Address => (!endpoint.readsProxyHeader && this.#isProxy(peer) ? NOBODY : peer)
    // Those who were let in and are not here yet. A listener that is the program's own may not ask: then we do, late.
    let expected = 0
    const opening = endpoint.listen(
      (link) => {
        const who = whoIs(link.peer)
        if (expected > 0) expected--
        else if (!this.#enter(who, env)) return link.reset()
        if (who === NOBODY) this.#arrived(link, env)
        else this.#accept(link, env)
      },
      {
        admit: (peer) => {
          const isAdmitted = this.#enter(whoIs(peer), env)
          if (isAdmitted) expected++
          return isAdmitted
        },
        failed: (error, peer) => {
          if (expected > 0) {
            expected--
            this.#leave(whoIs(peer))
          }
          this.#handshakeFailed(error, peer, env)
        },
        proxies: {
          has: (peer) => this.#isProxy(peer),
          enter: () => this.#enter(NOBODY, env),
          leave: () => this.#leave(NOBODY),
          failed: (error, proxy) => this.#headerFailed(error, proxy, env),
        },
      },
    )
    this.#opening.add(opening)
    const listener = await opening.finally(() => this.#opening.delete(opening))
    this.#listeners.add(listener)
    return {
      endpoint: listener.endpoint,
      close: () => {
        this.#listeners.delete(listener)
        return listener.close()
      },
    }
  }

  /** How it is. */
  info(): ServerInfo {
    const { open, refused } = this.#admission
    return { open, accepted: this.#accepted, refused: { ...refused }, failed: this.#failed }
  }

  /** Accepts no more, lets every connection finish what was asked, and closes them all, for good. Idempotent. */
  close(): Promise<void> {
    return this.#shutDown('local')
  }

  /**
   * As {@link close}, for a server that is going away: first each connection's `draining` hook is called, so that peers
   * can be told, and the reason of every close is `drain`. After `drainMs` what is left is cut.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined
    })
    return this.#draining
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #drain(): Promise<void> {
    this.#isClosed = true
    for (const connection of this.#connections)
      this.#guard('draining', connection, () => this.#options.draining?.(connection as ConnectionOf<P, 'server'>))
    await this.#shutDown('drain')
  }

  async #shutDown(kind: 'local' | 'drain'): Promise<void> {
    this.#isClosed = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const link of this.#arriving) link.reset()
    // Where listening fails, whoever asked for it is told.
    const opened = [...this.#opening].map((opening) => opening.then((listener) => listener.close()).catch(() => {}))
    await Promise.all([...opened, ...listeners.map((listener) => listener.close())])
    const all = [...this.#connections, ...this.#strangers]
    await Promise.all(all.map((connection) => connection.close(kind)))
  }

  /** Lets a peer in as far as the limits do, before any handshake. Whoever came in has to {@link #leave}. */
  #enter(peer: Address, env: Env): boolean {
    if (this.#admission.enter(peer, env)) return false
    if (this.#options.auth) this.#admission.unauthenticated++
    return true
  }

  #leave(peer: Address, wasOpen = false): void {
    this.#admission.leave(peer)
    if (this.#options.auth && !wasOpen) this.#admission.unauthenticated--
  }

  #isProxy({ host }: Address): boolean {
    return this.#proxies?.has(host ?? '') ?? false
  }

  #headerFailed(error: TransportError | ProxyHeaderError, proxy: Address, env: Env): void {
    this.#handshakeFailed(error, proxy, env)
    this.#warnings.warn(`${this.protocol.name}: from ${showAddress(proxy)}: ${error.message}`, env)
  }

  #handshakeFailed(error: TransportError | ProxyHeaderError, peer: Address, env: Env): void {
    this.#failed++
    tell(env, () => this.#options.observer?.handshakeFailed?.({ protocol: this.protocol.name, peer, error }))
  }

  /** From a load balancer: its header comes first. Only then is it known whose limits count. */
  #arrived(link: Link, env: Env): void {
    this.#arriving.add(link)
    const arrived = (): void => {
      this.#arriving.delete(link)
      this.#leave(NOBODY)
    }
    proxied(link, env, HANDSHAKE_TIMEOUT_MS).then(
      (announced) => {
        arrived()
        if (this.#enter(announced.peer, env)) this.#accept(announced, env)
        else announced.reset()
      },
      (error) => {
        arrived()
        this.#headerFailed(error, link.peer, env)
      },
    )
  }

  #accept(link: Link, env: Env): void {
    const connection = new Connection(
      link,
      this.protocol,
      'server',
      env,
      this.#application,
      this.#shared,
      ++this.#accepted,
    )
    const place = this.#options.auth ? this.#strangers : this.#connections
    place.add(connection)
    connection.start()
  }

  #report(error: unknown, connection: Connection, message: string | undefined): void {
    const { onError } = this.#options
    const { env } = connection
    const warn = (failure: unknown, where: string | undefined): void =>
      this.#warnings.warn(describeFailure(this.protocol.name, failure, connection, where), env)
    if (!onError) return warn(error, message)
    guarded(
      () => onError(error, { connection: connection as ConnectionOf<P, 'server'>, message }),
      (failure) => warn(failure, 'onError'),
    )
  }

  /** Runs a hook of the program's; one that fails costs its connection and nothing else. */
  #guard(hook: string, connection: Connection, call: () => unknown): void {
    guarded(call, (error) => {
      this.#report(error, connection, hook)
      connection.reset()
    })
  }
}

/** A load balancer that has not said for whom it speaks: it takes room, and no address's room. */
const NOBODY: Address = { transport: 'proxy' }

/** How long a load balancer may take to say for whom it speaks. */
const HANDSHAKE_TIMEOUT_MS = 10_000

type AnyHandler = (body: unknown, context: HandlerContext) => unknown
type AnyHandlers = AnyHandler | Readonly<Record<string, AnyHandler>>

/** A table's handlers by name in a Map: names come from the protocol, but a peer must never reach `constructor`. */
function dispatcher(handlers: AnyHandlers): (name: string, body: unknown, context: HandlerContext) => unknown {
  if (typeof handlers === 'function') return (_name, body, context) => handlers(body, context)
  const byName = new Map(Object.entries(handlers))
  return (name, body, context) => byName.get(name)!(body, context)
}

function describeFailure(
  protocol: string,
  error: unknown,
  connection: Connection,
  message: string | undefined,
): string {
  const what = error instanceof Error ? error.message : String(error)
  const where = message === undefined ? '' : `, in '${message}'`
  return `${protocol}: connection ${connection.id} (${showAddress(connection.peer)})${where}: ${what}`
}
