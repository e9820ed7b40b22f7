/** A service: a protocol, its handlers and where it lives, as one value that a module exports by default. */
import type { Protocol } from '../protocol/index.js'
import type { Connectable, Listenable } from '../transport/index.js'
import type { Handlers } from './handlers.js'
import { createServer, type Server, type ServerOptions } from './server.js'

/** What a service says besides its protocol and its handlers. */
export interface ServiceOptions<P extends Protocol = Protocol> extends ServerOptions<P> {
  /** Where it listens, and is called, unless the command line says otherwise. */
  endpoint: Listenable & Connectable
}

/** What `wirewright serve` and `wirewright call` find in a module. */
export interface Service<P extends Protocol = Protocol> {
  readonly protocol: P
  readonly endpoint: Listenable & Connectable
  /** A server for it; `options` complete or replace the service's own. */
  createServer(options?: ServerOptions<P>): Server<P>
}

/**
 * Makes a service of a protocol and its handlers.
 *
 * @example
 * ```js
 * export default service(square, ([n]) => [n * n], { endpoint: tcp({ port: 65432 }) })
 * ```
 */
export function service<P extends Protocol>(
  protocol: P,
  handlers: Handlers<NoInfer<P>>,
  { endpoint, ...own }: ServiceOptions<NoInfer<P>>,
): Service<P> {
  return { protocol, endpoint, createServer: (options) => createServer(protocol, handlers, { ...own, ...options }) }
}

/** Whether a module's default export is a service. */
export function isService(value: unknown): value is Service {
  return (
    typeof value === 'object' && value !== null && 'protocol' in value && 'createServer' in value && 'endpoint' in value
  )
}
