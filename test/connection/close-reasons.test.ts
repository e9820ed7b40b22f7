/** Every reason for which a connection closes is one that something produces: a member without a test does not compile. */
import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { describe, it } from 'node:test'
import {
  type CloseReason,
  type ConnectionLimits,
  connect,
  createServer,
  lengthPrefix,
  message,
  protocol,
  rest,
  type ServerOptions,
  showReason,
} from 'wirewright'
import { challenge } from 'wirewright/auth'
import { fromSocket } from 'wirewright/node'
import type { Simulation } from 'wirewright/testing'
import type { Link, MemoryNetwork } from 'wirewright/transport'
import { Recorder } from '../node/recorder.js'
import { frame, world } from '../support/world.js'
import { dispatchOf } from './dispatching.js'

const wire = protocol('wire', {
  framing: lengthPrefix('!I', { maxFrameLength: 100_000 }),
  fromClient: { ask: message(rest()) },
  fromServer: { answer: message(rest()) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})
const beating = protocol('beating', {
  framing: lengthPrefix('!I'),
  fromClient: { up: message(rest()) },
  fromServer: { ping: message(rest()) },
  heartbeat: { server: { send: 'ping', body: new Uint8Array(0) } },
})

/** `timeout readIdleMs`, `limit maxQueuedBytes`; the kind alone where there is nothing more to tell apart. */
type NameOf<R extends CloseReason> = R extends { kind: 'timeout' | 'limit'; limit: infer L extends string }
  ? `${R['kind']} ${L}`
  : R['kind']
type Name = NameOf<CloseReason>
/** Does something to a server and gives the reason that it saw. */
type Producer = (sim: Simulation, network: MemoryNetwork) => Promise<CloseReason>

/** A server whose connection to a peer without a program closes after `act`. */
async function served(
  network: MemoryNetwork,
  options: ServerOptions<typeof wire>,
  act: (peer: Recorder, server: { close(): Promise<void>; drain(): Promise<void> }) => void,
): Promise<CloseReason> {
  return new Promise((closed) => {
    const server = createServer(wire, { ask: (body) => body }, { onError: () => {}, ...options, closed })
    void server
      .listen(network.at('server'))
      .then(({ endpoint }) => endpoint.connect())
      .then((link: Link) => act(new Recorder(link), server))
  })
}

const limited = (limits: Partial<ConnectionLimits>): ServerOptions<typeof wire> => ({ limits })
/** Ends when its peer does. */
const polite = (peer: Recorder): void =>
  void peer.until(({ calls }) => calls.includes('ended')).then(() => peer.link.end())
const nothing = (): void => {}

const producers: { readonly [N in Name]: Producer } = {
  local: (_, network) =>
    served(network, {}, (peer, server) => {
      polite(peer)
      void server.close()
    }),
  drain: (_, network) =>
    served(network, {}, (peer, server) => {
      polite(peer)
      void server.drain()
    }),
  peer: (_, network) => served(network, {}, ({ link }) => link.end()),
  reset: (_, network) => served(network, {}, ({ link }) => link.reset()),
  transport: () =>
    new Promise((closed) => {
      const duplex = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() })
      const server = createServer(wire, { ask: (body) => body }, { closed })
      void server.listen(fromSocket(duplex)).then(() => duplex.destroy(new Error('the cable caught fire')))
    }),
  protocol: (_, network) =>
    served(network, {}, (peer) => {
      peer.link.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff))
      polite(peer)
    }),
  auth: (_, network) =>
    served(network, { auth: challenge({ secret: 'a secret of some length', digest: 'sha256' }) }, (peer) => {
      peer.link.write(new Uint8Array(64))
      polite(peer)
    }),
  handler: (_, network) =>
    new Promise((closed) => {
      const failing = (): never => {
        throw new Error('it cannot be done')
      }
      const server = createServer(wire, { ask: failing }, { onError: nothing, closed })
      void server
        .listen(network.at('server'))
        .then(({ endpoint }) => endpoint.connect())
        .then((link) => {
          polite(new Recorder(link))
          link.write(frame(1))
        })
    }),
  'timeout frameTimeoutMs': (_, network) =>
    served(network, limited({ frameTimeoutMs: 100 }), (peer) => {
      peer.link.write(Uint8Array.of(0))
      polite(peer)
    }),
  'timeout readIdleMs': (_, network) => served(network, limited({ readIdleMs: 100 }), polite),
  'timeout writeIdleMs': (_, network) => served(network, limited({ writeIdleMs: 100 }), polite),
  'timeout heartbeatTimeoutMs': (_, network) =>
    new Promise((closed) => {
      const limits = { heartbeatMs: 100, heartbeatTimeoutMs: 50 }
      const server = createServer(beating, { up: nothing }, { limits, onError: nothing, closed })
      void server
        .listen(network.at('server'))
        .then(({ endpoint }) => endpoint.connect())
        .then((link) => polite(new Recorder(link)))
    }),
  'timeout requestTimeoutMs': (_, network) =>
    new Promise((closed) => {
      const never = (): Promise<never> => new Promise(() => {})
      const server = createServer(wire, { ask: never }, { limits: { requestTimeoutMs: 100 }, closed })
      void server
        .listen(network.at('server'))
        .then(({ endpoint }) => endpoint.connect())
        .then((link) => {
          link.write(frame(1))
          link.end()
        })
    }),
  'timeout drainMs': (sim, network) =>
    new Promise((closed) => {
      const never = (): Promise<never> => new Promise(() => {})
      const server = createServer(wire, { ask: never }, { limits: { drainMs: 100 }, closed })
      void server
        .listen(network.at('server'))
        .then(({ endpoint }) => connect(wire, endpoint))
        .then((client) => {
          client.request('ask', new Uint8Array(1)).catch(nothing)
          sim.env.timer(10, () => void server.drain())
        })
    }),
  'limit maxQueuedBytes': (_, network) =>
    new Promise((closed) => {
      const limits = { highWaterMark: 1000, maxQueuedBytes: 3000 }
      const opened: NonNullable<ServerOptions<typeof beating>['opened']> = (connection) => {
        for (let n = 0; n < 100; n++) void connection.send('ping', new Uint8Array(1000))
      }
      const server = createServer(beating, { up: nothing }, { limits, opened, closed })
      void server.listen(network.at('server')).then(({ endpoint }) => endpoint.connect())
    }),
  'limit maxQueuedMs': (_, network) =>
    new Promise((closed) => {
      const limits = { highWaterMark: 1000, maxQueuedMs: 200 }
      const opened: NonNullable<ServerOptions<typeof beating>['opened']> = (connection) => {
        for (let n = 0; n < 100; n++) void connection.send('ping', new Uint8Array(1000))
      }
      const server = createServer(beating, { up: nothing }, { limits, opened, closed })
      void server.listen(network.at('server')).then(({ endpoint }) => endpoint.connect())
    }),
  // Needs messages and replies in one direction, which no wire without an envelope has: so without a wire.
  'limit maxUnreadMessages': () =>
    new Promise((closed) => {
      const { dispatch, session } = dispatchOf({ maxUnreadMessages: 4 }, { breach: closed })
      void dispatch.request('ask', new Uint8Array(1), 0, {})
      for (let n = 0; n < 6; n++) dispatch.on({ type: 'message', name: 'item', body: n })
      assert.equal(session.pending, 1)
    }),
}

describe('the reason of a close', () => {
  for (const [name, produce] of Object.entries(producers))
    it(
      `is '${name}' where that happens`,
      world(async (sim, network) => {
        const reason = await produce(sim, network)
        const more = reason.kind === 'timeout' || reason.kind === 'limit' ? ` ${reason.limit}` : ''
        assert.equal(reason.kind + more, name)
        assert.notEqual(showReason(reason), '')
      }),
    )
})
