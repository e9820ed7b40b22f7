export { combine } from './combine.js'
export { openTelemetry, type Tracer } from './open-telemetry.js'
export { type PrometheusClient, prometheus } from './prometheus.js'
