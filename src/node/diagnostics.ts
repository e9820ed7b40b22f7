/** What connections do, on `node:diagnostics_channel`: for tools that attach to a running process. */
import { channel } from 'node:diagnostics_channel'
import type { Observer } from '../connection/index.js'

/**
 * An observer that publishes, and costs next to nothing while nobody has subscribed:
 *
 * | channel | message |
 * | --- | --- |
 * | `wirewright:connect` | `{ connection }` |
 * | `wirewright:frame` | `{ connection, direction, frames, bytes }`, once a turn and direction |
 * | `wirewright:request` | `{ connection, name, side, outcome, ms }` |
 * | `wirewright:close` | `{ connection, reason }` |
 * | `wirewright:handshake-failed` | `{ protocol, peer, error }`: it never became a connection |
 *
 * @example
 * ```js
 * import { subscribe } from 'node:diagnostics_channel'
 * subscribe('wirewright:request', ({ name, outcome, ms }) => console.error(name, outcome, ms))
 * const server = createServer(square, ([n]) => [n * n], { observer: diagnostics() })
 * ```
 */
export function diagnostics(): Observer {
  const names = ['connect', 'frame', 'request', 'close', 'handshake-failed']
  const [connect, frame, request, close, failed] = names.map((name) => channel(`wirewright:${name}`))
  return {
    opened(connection) {
      if (connect!.hasSubscribers) connect!.publish({ connection })
    },
    frames(connection, direction, frames, bytes) {
      if (frame!.hasSubscribers) frame!.publish({ connection, direction, frames, bytes })
    },
    request(connection, ended) {
      if (request!.hasSubscribers) request!.publish({ connection, ...ended })
    },
    closed(connection, reason) {
      if (close!.hasSubscribers) close!.publish({ connection, reason })
    },
    handshakeFailed(failure) {
      if (failed!.hasSubscribers) failed!.publish(failure)
    },
  }
}
