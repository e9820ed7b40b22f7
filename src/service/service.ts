/** A service: a protocol, its handlers, where it lives and how to call it, as one value that a module exports by default. */
import { type Client, type ClientOptions, connect } from '../client/index.js'
import type { NoteOf, Protocol } from '../protocol/index.js'
import { createServer, type Handlers, type Server, type ServerOptions } from '../server/index.js'
import type { Connectable, Listenable } from '../transport/index.js'

/** A place where a server can listen and a client can connect. */
export type Endpoint = Listenable & Connectable

/** What `wirewright call` hands to a service's own {@link ServiceOptions.call}. */
export interface CallIo<P extends Protocol = Protocol, W = readonly string[]> {
  readonly client: Client<P>
  /** The words of the command line behind the service's name, or what {@link ServiceOptions.read} has made of them. */
  readonly words: W
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number
  /** `promise`, or a {@link RequestTimeoutError} when it takes longer than {@link timeoutMs}. */
  within<T>(promise: Promise<T>): Promise<T>
  /** The body of the next message that the server sends by itself, within {@link timeoutMs}. @throws also when the server closes first */
  next(): Promise<NoteOf<P, 'client'>['body']>
  /** The lines of standard input, without their ends. */
  lines(): AsyncIterable<string>
  /** One line of the answer, on standard output; with `--json` an object whose `body` is the line, or what it says. */
  print(line: string, body?: unknown): void
}

/** What a service says besides its protocol and its handlers. */
export interface ServiceOptions<P extends Protocol = Protocol, W = readonly string[]> extends ServerOptions<P> {
  /** Where it listens, and is called, unless the command line says otherwise. */
  endpoint: Endpoint
  /** What its clients need to be told; `auth` they have from the server's. */
  client?: ClientOptions<P>
  /**
   * What the words of `wirewright call` say, for {@link call}. It is asked before there is a connection, so that what makes no
   * sense costs none: whatever it throws is an error of the command line.
   */
  read?: (words: readonly string[]) => W
  /** What `wirewright call` does. Without it the words are one message, and a reply to it is printed. */
  call?: (io: CallIo<P, W>) => Promise<void>
}

/** What `wirewright serve` and `wirewright call` find in a module. */
export interface Service<P extends Protocol = Protocol> {
  readonly protocol: P
  readonly endpoint: Endpoint
  /** Reads the words, then gives what is to be done with a client. @throws what `read` throws */
  readonly call: ((words: readonly string[]) => (io: Omit<CallIo<P>, 'words'>) => Promise<void>) | undefined
  /** A server for it. `options` complete or replace the service's own, but for the hooks: both are called. */
  createServer(options?: ServerOptions<P>): Server<P>
  /** A client of it, at its own place or at another. */
  connect(endpoint?: Connectable, options?: ClientOptions<P>): Promise<Client<P>>
}

/**
 * Makes a service of a protocol and its handlers.
 *
 * @example
 * ```js
 * export default service(square, ([n]) => [n * n], { endpoint: tcp({ port: 65432 }) })
 * ```
 */
export function service<P extends Protocol, W = readonly string[]>(
  protocol: P,
  handlers: Handlers<NoInfer<P>>,
  { endpoint, client, read, call, ...server }: ServiceOptions<NoInfer<P>, W>,
): Service<P> {
  return {
    protocol,
    endpoint,
    call:
      call &&
      ((given) => {
        // Without `read` the type says that they are the words themselves.
        const words = read ? read(given) : (given as W)
        return (io) => call({ ...io, words })
      }),
    createServer: (options = {}) =>
      createServer(protocol, handlers, {
        ...server,
        ...options,
        opened: both(server.opened, options.opened),
        draining: both(server.draining, options.draining),
        closed: both(server.closed, options.closed),
      }),
    connect: (place = endpoint, options) =>
      connect(protocol, place, { ...(server.auth && { auth: server.auth }), ...client, ...options }),
  }
}

/** The hook of whoever runs the service, then the service's own. */
function both<Facts extends unknown[]>(
  own: ((...facts: Facts) => void) | undefined,
  added: ((...facts: Facts) => void) | undefined,
): (...facts: Facts) => void {
  return (...facts) => {
    added?.(...facts)
    own?.(...facts)
  }
}

/** Whether a module's default export is a service. */
export function isService(value: unknown): value is Service {
  return (
    typeof value === 'object' && value !== null && 'protocol' in value && 'createServer' in value && 'endpoint' in value
  )
}
