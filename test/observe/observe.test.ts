/** What observers see of one conversation: diagnostics channels, Prometheus, OpenTelemetry, the real ones. */
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import prom from 'prom-client'
import { connect, createServer, exchange, lengthPrefix, type Observer, struct } from 'wirewright'
import { diagnostics, tcp } from 'wirewright/node'
import { combine, openTelemetry, prometheus } from 'wirewright/observe'
import { TransportError } from 'wirewright/transport'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

/** Two good requests and one whose square does not fit. */
async function conversation(ofServer: Observer | undefined, ofClient: Observer | undefined): Promise<void> {
  const server = createServer(square, ([n]) => [n * n], { onError: () => {}, ...(ofServer && { observer: ofServer }) })
  const { endpoint } = await server.listen(tcp({ port: 0 }))
  const client = await connect(square, endpoint, ofClient && { observer: ofClient })
  await client.request([2])
  await client.request([3])
  await assert.rejects(client.request([46341]))
  await client.closed
  await server.close()
}

describe('an observer', () => {
  it('hears of connections, frames, requests and closes through diagnostics channels', async () => {
    const heard: string[] = []
    const listeners = Object.fromEntries(
      ['connect', 'frame', 'request', 'close'].map((name) => [
        name,
        (message: any) =>
          heard.push(
            name === 'frame'
              ? `${message.direction} ${message.frames} frames ${message.bytes} bytes`
              : name === 'request'
                ? `${message.side} ${message.name} ${message.outcome}`
                : `${name} ${message.reason?.kind ?? message.connection.protocol}`,
          ),
      ]),
    )
    for (const [name, listener] of Object.entries(listeners)) subscribe(`wirewright:${name}`, listener)
    await conversation(diagnostics(), undefined)
    for (const [name, listener] of Object.entries(listeners)) unsubscribe(`wirewright:${name}`, listener)
    assert.deepEqual(heard, [
      'connect square',
      ...['theirs request replied', 'in 1 frames 8 bytes', 'out 1 frames 8 bytes'],
      ...['theirs request replied', 'in 1 frames 8 bytes', 'out 1 frames 8 bytes'],
      ...['theirs request failed', 'in 1 frames 8 bytes'],
      'close handler',
    ])
  })

  it('counts for Prometheus', async () => {
    const registry = new prom.Registry()
    await conversation(prometheus(prom, registry), undefined)
    const text = await registry.metrics()
    for (const line of [
      'wirewright_connections{protocol="square",role="server"} 0',
      'wirewright_connections_total{protocol="square",role="server"} 1',
      'wirewright_closes_total{protocol="square",role="server",reason="handler"} 1',
      'wirewright_frames_total{protocol="square",role="server",direction="in"} 3',
      'wirewright_bytes_total{protocol="square",role="server",direction="out"} 16',
      'wirewright_request_seconds_count{protocol="square",side="theirs",name="request",outcome="replied"} 2',
      'wirewright_request_seconds_count{protocol="square",side="theirs",name="request",outcome="failed"} 1',
    ])
      assert.ok(text.includes(line), `${line}\n\n${text}`)
  })

  it('hears of handshakes that failed', async () => {
    const registry = new prom.Registry()
    const heard: string[] = []
    const listener = (message: any): void =>
      void heard.push(`${message.protocol} ${message.peer.host} ${message.error.code}`)
    subscribe('wirewright:handshake-failed', listener)
    const observer = combine(prometheus(prom, registry), diagnostics())
    const server = createServer(square, ([n]) => [n], { observer })
    const peer = { transport: 'tls', host: '192.0.2.7', port: 1 }
    const { env, address } = tcp({ port: 0 })
    await server.listen({
      env,
      address,
      async listen(_accept, options) {
        assert.equal(options?.admit?.(peer), true)
        options?.failed?.(new TransportError('TIMED_OUT', 'it took too long'), peer)
        return { address, endpoint: tcp({ port: 1 }), close: async () => {} }
      },
    })
    unsubscribe('wirewright:handshake-failed', listener)
    assert.deepEqual(heard, ['square 192.0.2.7 TIMED_OUT'])
    const line = 'wirewright_handshake_failures_total{protocol="square",code="TIMED_OUT"} 1'
    assert.ok((await registry.metrics()).includes(line))
    await server.close()
  })

  it('makes spans for OpenTelemetry, on both sides', async () => {
    const exporter = new InMemorySpanExporter()
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const tracer = provider.getTracer('test')
    await conversation(openTelemetry(tracer, Date.now), openTelemetry(tracer, Date.now))
    const spans = exporter
      .getFinishedSpans()
      .map(({ name, kind, status }) => `${name} ${kind} ${status.code} ${status.message ?? ''}`.trim())
    assert.deepEqual(spans.sort(), [
      'square request 1 0',
      'square request 1 0',
      'square request 1 2 failed',
      'square request 2 0',
      'square request 2 0',
      'square request 2 2 closed',
    ])
  })

  it('that throws is reported and changes nothing', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const angry: Observer = {
      opened: () => {
        throw new Error('no')
      },
    }
    let replies = 0
    await conversation(
      combine(angry, { request: (_, { outcome }) => void (outcome === 'replied' && replies++) }),
      undefined,
    )
    await new Promise(setImmediate)
    process.off('warning', onWarning)
    assert.equal(replies, 2)
    assert.match(warnings.map(({ message }) => message).join(), /an observer failed: no/)
  })
})
