/** Connections, frames and requests as Prometheus metrics, in a registry of prom-client's. */
import type { Observer } from '../connection/index.js'

/** What is used of prom-client: pass the module itself. */
export interface PrometheusClient {
  Counter: new (options: {
    name: string
    help: string
    labelNames: string[]
    registers?: any[]
  }) => {
    inc(labels: Record<string, string>, by?: number): void
  }
  Gauge: new (options: {
    name: string
    help: string
    labelNames: string[]
    registers?: any[]
  }) => {
    inc(labels: Record<string, string>): void
    dec(labels: Record<string, string>): void
  }
  Histogram: new (options: {
    name: string
    help: string
    labelNames: string[]
    buckets: number[]
    registers?: any[]
  }) => {
    observe(labels: Record<string, string>, value: number): void
  }
}

/** From a tenth of a millisecond to ten seconds. */
const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/**
 * An observer that counts into `registry`, or into prom-client's default one.
 *
 * | metric | labels |
 * | --- | --- |
 * | `wirewright_connections` (gauge), `wirewright_connections_total` | protocol, role |
 * | `wirewright_closes_total` | protocol, role, reason |
 * | `wirewright_frames_total`, `wirewright_bytes_total` | protocol, role, direction |
 * | `wirewright_request_seconds` (histogram) | protocol, side, name, outcome |
 * | `wirewright_handshake_failures_total` | protocol, code |
 *
 * @example
 * ```js
 * import client from 'prom-client'
 * import { prometheus } from 'wirewright/observe'
 * const server = createServer(square, ([n]) => [n * n], { observer: prometheus(client) })
 * ```
 */
export function prometheus({ Counter, Gauge, Histogram }: PrometheusClient, registry?: object): Observer {
  const where = registry ? { registers: [registry] } : {}
  const who = ['protocol', 'role']
  const open = new Gauge({
    name: 'wirewright_connections',
    help: 'Connections that are open.',
    labelNames: who,
    ...where,
  })
  const opened = new Counter({
    name: 'wirewright_connections_total',
    help: 'Connections opened.',
    labelNames: who,
    ...where,
  })
  const closes = new Counter({
    name: 'wirewright_closes_total',
    help: 'Connections closed, by reason.',
    labelNames: [...who, 'reason'],
    ...where,
  })
  const frames = new Counter({
    name: 'wirewright_frames_total',
    help: 'Frames received (in) and sent (out).',
    labelNames: [...who, 'direction'],
    ...where,
  })
  const bytes = new Counter({
    name: 'wirewright_bytes_total',
    help: 'Bytes received (in) and sent (out).',
    labelNames: [...who, 'direction'],
    ...where,
  })
  const seconds = new Histogram({
    name: 'wirewright_request_seconds',
    help: 'From a request to its end.',
    labelNames: ['protocol', 'side', 'name', 'outcome'],
    buckets: SECONDS,
    ...where,
  })
  const failures = new Counter({
    name: 'wirewright_handshake_failures_total',
    help: 'Handshakes that failed before there was a connection, by error code.',
    labelNames: ['protocol', 'code'],
    ...where,
  })
  return {
    opened({ protocol, role }) {
      open.inc({ protocol, role })
      opened.inc({ protocol, role })
    },
    closed({ protocol, role, wasOpen }, reason) {
      if (wasOpen) open.dec({ protocol, role })
      closes.inc({ protocol, role, reason: reason.kind })
    },
    frames({ protocol, role }, direction, count, size) {
      frames.inc({ protocol, role, direction }, count)
      bytes.inc({ protocol, role, direction }, size)
    },
    request({ protocol }, { name, side, outcome, ms }) {
      seconds.observe({ protocol, side, name, outcome }, ms / 1000)
    },
    handshakeFailed({ protocol, error: { code } }) {
      failures.inc({ protocol, code })
    },
  }
}
