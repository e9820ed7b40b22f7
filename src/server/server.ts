/** Serves a protocol: accepts links, makes each a connection, hands its messages to the handlers. */
import {
  type CloseReason,
  Connection,
  type ConnectionLimits,
  type ConnectionOf,
  type HandlerContext,
} from '../connection/index.js'
import type { Env } from '../env.js'
import type { Protocol } from '../protocol/index.js'
import { type Connectable, type Link, type Listenable, type Listener, showAddress } from '../transport/index.js'
import type { Handlers } from './handlers.js'

/** What a server may be told besides its handlers. */
export interface ServerOptions<P extends Protocol = Protocol> {
  /** Departures from the default limits. */
  limits?: Partial<ConnectionLimits>
  /** A connection has opened; a server that speaks first does it here. */
  opened?: (connection: ConnectionOf<P, 'server'>) => void
  /** A connection is gone. */
  closed?: (reason: CloseReason, connection: ConnectionOf<P, 'server'>) => void
  /**
   * A handler failed, or a peer broke a rule. That one connection closes; nobody else is touched. Without this, one line
   * goes where the runtime puts warnings.
   */
  onError?: (error: unknown, context: ServerErrorContext<P>) => void
}

/** Where an error happened. */
export interface ServerErrorContext<P extends Protocol = Protocol> {
  readonly connection: ConnectionOf<P, 'server'>
  /** The message whose handler failed; undefined when it was the peer who broke a rule. */
  readonly message: string | undefined
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
  readonly #handle: (name: string, body: unknown, context: HandlerContext) => unknown
  readonly #options: ServerOptions<P>
  readonly #connections = new Set<Connection>()
  readonly #listeners = new Set<Listener>()
  #accepted = 0

  constructor(protocol: P, handlers: Handlers<P>, options: ServerOptions<P> = {}) {
    this.protocol = protocol
    this.#options = options
    this.#handle = dispatcher(handlers as AnyHandlers)
  }

  /** The connections that are open now. */
  get connections(): ReadonlySet<ConnectionOf<P, 'server'>> {
    return this.#connections as ReadonlySet<unknown> as ReadonlySet<ConnectionOf<P, 'server'>>
  }

  /** Listens on `endpoint`, beside any others. @throws {TransportError} when the place cannot be had */
  async listen(endpoint: Listenable): Promise<Listening> {
    const listener = await endpoint.listen((link) => this.#accept(link, endpoint.env))
    this.#listeners.add(listener)
    return {
      endpoint: listener.endpoint,
      close: () => {
        this.#listeners.delete(listener)
        return listener.close()
      },
    }
  }

  /** Accepts no more, lets every connection finish what was asked, and closes them all. Idempotent. */
  async close(): Promise<void> {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    await Promise.all(listeners.map((listener) => listener.close()))
    await Promise.all([...this.#connections].map((connection) => connection.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #accept(link: Link, env: Env): void {
    const { opened, closed, onError, limits } = this.#options
    const report = (error: unknown, connection: Connection, message?: string): void => {
      if (!onError) return env.warn(describeFailure(this.protocol.name, error, connection, message))
      try {
        onError(error, { connection: connection as ConnectionOf<P, 'server'>, message })
      } catch (failure) {
        env.warn(describeFailure(this.protocol.name, failure, connection, 'onError'))
      }
    }
    const connection = new Connection(
      link,
      this.protocol,
      'server',
      env,
      {
        handle: this.#handle,
        failed: report,
        closed: (reason, connection) => {
          this.#connections.delete(connection)
          guard('closed', connection, () => closed?.(reason, connection as ConnectionOf<P, 'server'>))
        },
      },
      { limits, id: ++this.#accepted },
    )
    const guard = (hook: string, connection: Connection, call: () => void): void => {
      try {
        call()
      } catch (error) {
        report(error, connection, hook)
        connection.reset()
      }
    }
    this.#connections.add(connection)
    connection.start()
    guard('opened', connection, () => opened?.(connection as ConnectionOf<P, 'server'>))
  }
}

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
