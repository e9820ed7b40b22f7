/** Requests as OpenTelemetry spans. */
import type { Observer } from '../connection/index.js'

/** What is used of `@opentelemetry/api`: a tracer, as `trace.getTracer('…')` gives it. */
export interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; startTime: number; attributes: Record<string, string | number> },
  ): { setStatus(status: { code: number; message?: string }): unknown; end(endTime?: number): void }
}

/** `SpanKind` and `SpanStatusCode` of the OpenTelemetry API, which are fixed numbers. */
const SERVER = 1
const CLIENT = 2
const ERROR = 2

/**
 * An observer that makes a span of every request, when it has ended: of kind client on the side that asked, server on the
 * side that answered. Trace context does not travel: a protocol would need a field for it.
 *
 * @param wallClock milliseconds since 1970; `Date.now`, unless the program has a better one
 * @example
 * ```js
 * import { trace } from '@opentelemetry/api'
 * import { openTelemetry } from 'wirewright/observe'
 * const client = await connect(square, endpoint, { observer: openTelemetry(trace.getTracer('square'), Date.now) })
 * ```
 */
export function openTelemetry(tracer: Tracer, wallClock: () => number): Observer {
  return {
    request({ protocol, peer }, { name, side, outcome, ms }) {
      const end = wallClock()
      const span = tracer.startSpan(`${protocol} ${name}`, {
        kind: side === 'ours' ? CLIENT : SERVER,
        startTime: end - ms,
        attributes: {
          'rpc.system': 'wirewright',
          'rpc.service': protocol,
          'rpc.method': name,
          'network.peer.address': peer.host ?? peer.path ?? peer.transport,
          ...(peer.port === undefined ? {} : { 'network.peer.port': peer.port }),
        },
      })
      if (outcome !== 'replied') span.setStatus({ code: ERROR, message: outcome })
      span.end(end)
    },
  }
}
