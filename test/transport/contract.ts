/**
 * What every transport promises, as tests: run it on each.
 *
 *   transportContract('tcp', () => ({
 *     place: tcp({ port: 0 }),
 *     again: ({ port }) => tcp({ port: port! }),
 *   }))
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Signal } from 'wirewright'
import {
  type Address,
  type Link,
  type Listenable,
  type Listener,
  TransportError,
  type TransportErrorCode,
} from 'wirewright/transport'
import { pattern, Recorder } from './recorder.js'

/** A transport to be tested: made anew for every test. */
export interface TransportUnderTest {
  /** A place where nobody listens yet. */
  readonly place: Listenable
  /** The same place once more, now that its address is known. */
  again(address: Address): Listenable
  /** Runs a test's body; simulated time needs somebody who moves it. Default: just runs it. */
  run?(body: () => Promise<void>): Promise<void>
  /** Puts away what the transport needed. */
  release?(): void | Promise<void>
}

/** What a transport may be unable to do, by its nature. */
export type Inability =
  /** Shut down one direction and go on receiving in the other. */
  | 'half-close'
  /** Tell the peer of a reset. */
  | 'reset'

export interface ContractOptions {
  readonly without?: readonly Inability[]
  /** How connecting fails where nobody listens any more. Default `REFUSED`; a place may be gone with its listener. */
  readonly nobodyThere?: TransportErrorCode
  /** More bytes than are kept on the way to a peer that does not read. Default 16 MiB: a kernel keeps a few. */
  readonly moreThanFits?: number
}

/** A moment that is long enough for bytes to arrive: they have gone to and fro this many times on another link. */
const ROUND_TRIPS = 20
/** Declares the tests. `make` is called before each. */
export function transportContract(
  name: string,
  make: () => TransportUnderTest | Promise<TransportUnderTest>,
  { without = [], nobodyThere = 'REFUSED', moreThanFits = 16 * 1024 * 1024 }: ContractOptions = {},
): void {
  const can = (ability: Inability): boolean => !without.includes(ability)

  describe(`${name} keeps the promises of a transport:`, () => {
    let transport: TransportUnderTest
    let listener: Listener
    let accepted: Link[]
    let waitingForLink: ((link: Link) => void)[]
    let links: Link[]
    let recorders: Recorder[]

    beforeEach(async () => {
      transport = await make()
      accepted = []
      waitingForLink = []
      links = []
      recorders = []
    })
    // Here and not in the test, so that one which hangs does not keep its sockets, and the process with them.
    afterEach(async () => {
      await listener.close()
      for (const link of [...links, ...accepted]) link.reset()
      await transport.release?.()
    })

    const record = (link: Link): Recorder => {
      const recorder = new Recorder(link)
      links.push(link)
      recorders.push(recorder)
      return recorder
    }
    const nextLink = (): Promise<Link> =>
      new Promise((resolve) => {
        const link = accepted.shift()
        if (link) resolve(link)
        else waitingForLink.push(resolve)
      })
    const accept = (link: Link): void => {
      const waiting = waitingForLink.shift()
      if (waiting) waiting(link)
      else accepted.push(link)
    }
    const rawPair = async (): Promise<[client: Link, server: Link]> => {
      const pair = await Promise.all([listener.endpoint.connect(), nextLink()])
      links.push(...pair)
      return pair
    }
    const pair = async (): Promise<[client: Recorder, server: Recorder]> => {
      const [client, server] = await rawPair()
      return [record(client), record(server)]
    }
    const aMoment = async (): Promise<void> => {
      const [client, server] = await pair()
      server.onReceived = (chunk) => void server.link.write(chunk.slice())
      for (let trip = 1; trip <= ROUND_TRIPS; trip++) {
        client.link.write(Uint8Array.of(trip))
        await client.until(() => client.length === trip)
      }
      client.link.end()
      server.link.end()
      await Promise.all([client.untilClosed(), server.untilClosed()])
    }

    /** A test with somebody listening; afterwards every link is reset, and must have kept its promises. */
    const promise = (sentence: string, body: () => Promise<void>): void => {
      it(sentence, { timeout: 10_000 }, async () => {
        const whole = async (): Promise<void> => {
          listener = await transport.place.listen(accept)
          await body()
          for (const { link } of recorders) link.reset()
          for (const recorder of recorders) await recorder.untilClosed()
          for (const recorder of recorders) recorder.check()
        }
        await (transport.run ? transport.run(whole) : whole())
      })
    }

    promise('bytes arrive in order, both ways at once', async () => {
      const [client, server] = await pair()
      const [up, down] = [pattern(300_000, 1), pattern(200_000, 2)]
      const writeAll = (link: Link, bytes: Uint8Array): void => {
        for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 3 + 1) % 10_007)
          link.write(bytes.slice(at, at + size))
      }
      writeAll(client.link, up)
      writeAll(server.link, down)
      await Promise.all([
        server.until(() => server.length >= up.length),
        client.until(() => client.length >= down.length),
      ])
      assert.deepEqual(server.bytes, up)
      assert.deepEqual(client.bytes, down)
    })

    promise('bytes that come before the receiver wait for it', async () => {
      const [client, server] = await rawPair()
      client.write(pattern(1000))
      await aMoment()
      const late = record(server)
      assert.equal(late.length, 0)
      await late.until(() => late.length === 1000)
      assert.deepEqual(late.bytes, pattern(1000))
      record(client)
    })

    promise('an array is the caller’s again when write returned true', async () => {
      const [client, server] = await pair()
      const bytes = pattern(1000)
      if (client.link.write(bytes)) bytes.fill(0)
      await server.until(() => server.length === 1000)
      assert.deepEqual(server.bytes, pattern(1000))
    })

    promise('an array is the caller’s again when the queue has drained', async () => {
      const [client, server] = await pair()
      server.link.pause()
      const sent: Uint8Array[] = []
      let total = 0
      for (let taken = true; taken; ) {
        assert.ok(total < moreThanFits, 'write never returned false')
        const bytes = pattern(100_000, sent.length)
        total += bytes.length
        sent.push(bytes)
        taken = client.link.write(bytes)
        if (taken) bytes.fill(0)
      }
      server.link.resume()
      await client.until(() => client.drains > 0)
      sent.at(-1)!.fill(0)
      await server.until(() => server.length === total)
      for (let i = 0; i < sent.length; i++)
        assert.deepEqual(server.bytes.subarray(i * 100_000, (i + 1) * 100_000), pattern(100_000, i))
    })

    promise('a write of nothing arrives as nothing', async () => {
      const [client, server] = await pair()
      assert.equal(client.link.write(new Uint8Array(0)), true)
      client.link.write(Uint8Array.of(7))
      await server.until(() => server.length > 0)
      assert.deepEqual(server.chunks, [1])
    })

    for (const size of [999, 100_000])
      promise(`a write of ${size} bytes that was not taken is followed by drained`, async () => {
        const [client, server] = await pair()
        server.link.pause()
        let total = 0
        let drains = 0
        // A transport that does its work after the call may be full for a while only.
        do {
          drains = client.drains
          for (let taken = true; taken; total += size) {
            assert.ok(total < moreThanFits, 'write never returned false')
            taken = client.link.write(new Uint8Array(size))
          }
          await Promise.race([client.until(() => client.drains > drains), aMoment()])
        } while (client.drains > drains)
        assert.ok(client.link.queued > 0, 'write returned false, and nothing is queued')
        await aMoment()
        assert.equal(server.length, 0, 'a paused link received')
        assert.equal(client.drains, drains, 'drained, although nobody read')
        server.link.resume()
        await client.until(() => client.drains > drains)
        assert.equal(client.link.queued, 0)
        await server.until(() => server.length === total)
      })

    promise('a peer that does not read leaves in the queue what fits nowhere else', async () => {
      const [client, server] = await pair()
      server.link.pause()
      for (let i = 0; i < 16; i++) client.link.write(new Uint8Array(moreThanFits / 16))
      await aMoment()
      assert.ok(client.link.queued > 0, 'nothing is queued')
      assert.equal(client.drains, 0, 'drained, although nobody read')
      assert.equal(server.length, 0, 'a paused link received')
      server.link.resume()
      await client.until(() => client.drains > 0)
      assert.equal(client.link.queued, 0)
      await server.until(() => server.length === moreThanFits)
    })

    promise('pausing stops what is received, and resuming goes on where it stopped', async () => {
      const [client, server] = await pair()
      server.link.pause()
      client.link.write(pattern(100))
      client.link.end()
      await aMoment()
      assert.deepEqual(server.calls, [])
      server.link.resume()
      await server.until(() => server.has('ended'))
      assert.deepEqual(server.bytes, pattern(100))
    })

    promise('a link that is paused within a call receives nothing until it is resumed', async () => {
      const [client, server] = await pair()
      server.onReceived = () => server.link.pause()
      client.link.write(pattern(10))
      await server.until(() => server.length > 0)
      const { length } = server
      client.link.write(pattern(10, 3))
      await aMoment()
      assert.equal(server.length, length)
      server.onReceived = () => {}
      server.link.resume()
      await server.until(() => server.length === 20)
    })

    promise('all bytes arrive before the end of the stream', async () => {
      const [client, server] = await pair()
      const bytes = pattern(1_000_000)
      client.link.write(bytes)
      client.link.end()
      await server.until(() => server.has('ended'))
      assert.deepEqual(server.bytes, bytes)
    })

    if (can('half-close'))
      for (const first of ['client', 'server'] as const)
        promise(`when the ${first} has ended, the other may still speak, and both close in peace`, async () => {
          const [client, server] = await pair()
          const [one, other] = first === 'client' ? [client, server] : [server, client]
          one.link.write(pattern(10))
          one.link.end()
          await other.until(() => other.has('ended'))
          await aMoment()
          assert.ok(!one.has('closed') && !other.has('closed'), 'closed with one direction open')
          other.link.write(pattern(100_000, 5))
          other.link.end()
          assert.equal(await one.untilClosed(), undefined)
          assert.equal(await other.untilClosed(), undefined)
          assert.deepEqual(other.bytes, pattern(10))
          assert.deepEqual(one.bytes, pattern(100_000, 5))
          assert.ok(one.has('ended'))
        })

    promise('what is written after end is not sent, and harms nobody', async () => {
      const [client, server] = await pair()
      client.link.write(Uint8Array.of(1))
      client.link.end()
      client.link.end()
      assert.equal(client.link.write(Uint8Array.of(2)), true)
      await server.until(() => server.has('ended'))
      await aMoment()
      assert.deepEqual([...server.bytes], [1])
    })

    promise('a reset closes our end in peace, and that is the last call', async () => {
      const [client, server] = await pair()
      server.onReceived = () => server.link.reset()
      client.link.write(pattern(100_000))
      assert.equal(await server.untilClosed(), undefined)
      assert.deepEqual(server.calls, ['received', 'closed'])
      assert.equal(server.chunks.length, 1, 'received after reset')
    })

    promise('after a reset nothing is queued, and nothing comes but closed', async () => {
      const [client, server] = await pair()
      server.link.pause()
      for (let total = 0; client.link.write(pattern(100_000)); total += 100_000)
        assert.ok(total < moreThanFits, 'write never returned false')
      client.link.reset()
      await client.untilClosed()
      assert.equal(client.link.queued, 0)
      assert.deepEqual(client.calls, ['closed'])
    })

    promise('a reset closes our end at any moment of its own end', async () => {
      for (let ticks = 0; ticks < 5; ticks++) {
        const [client] = await pair()
        client.link.end()
        for (let tick = 0; tick < ticks; tick++) await new Promise<void>((next) => process.nextTick(next))
        client.link.reset()
        assert.equal(await client.untilClosed(), undefined)
      }
    })

    if (can('reset'))
      for (const first of ['client', 'server'] as const)
        promise(`a reset by the ${first} closes the other end with RESET`, async () => {
          const [client, server] = await pair()
          const [one, other] = first === 'client' ? [client, server] : [server, client]
          other.link.write(pattern(10))
          await one.until(() => one.length === 10)
          one.link.reset()
          const error = await other.untilClosed()
          assert.ok(error instanceof TransportError)
          assert.equal(error.code, 'RESET')
          assert.ok(!other.has('ended'), 'a reset is no end of the stream')
        })

    promise('a link that is closed already tells its receiver so', async () => {
      const [client, server] = await rawPair()
      client.reset()
      await record(client).untilClosed()
      server.reset()
      const late = record(server)
      await late.untilClosed()
      assert.equal(late.calls.at(-1), 'closed')
    })

    promise('nothing that is done to a closed link does anything', async () => {
      const [client, server] = await pair()
      client.link.end()
      server.link.end()
      await Promise.all([client.untilClosed(), server.untilClosed()])
      for (const { link } of [client, server]) {
        assert.equal(link.write(Uint8Array.of(1)), true)
        assert.equal(link.queued, 0)
        link.pause()
        link.resume()
        link.end()
        link.reset()
        link.reset()
      }
      await aMoment()
      assert.deepEqual(client.calls, ['ended', 'closed'])
      assert.deepEqual(server.calls, ['ended', 'closed'])
    })

    promise('each end knows the address of the other', async () => {
      const [client, server] = await rawPair()
      assert.deepEqual(client.peer, server.local)
      assert.deepEqual(server.peer, client.local)
      assert.equal(client.peer.transport, listener.address.transport)
      assert.deepEqual(listener.endpoint.address, client.peer)
      record(client)
      record(server)
    })

    promise(`connecting where nobody listens any more is ${nobodyThere}`, async () => {
      await listener.close()
      await fails(listener.endpoint.connect(), nobodyThere)
    })

    promise('connecting under a signal that has aborted is ABORTED', async () => {
      const cause = new Error('changed my mind')
      const error = await fails(listener.endpoint.connect({ signal: AbortSignal.abort(cause) }), 'ABORTED')
      assert.equal(error.cause, cause)
    })

    promise('a signal that aborts while connecting makes it ABORTED', async () => {
      const controller = new AbortController()
      const connecting = listener.endpoint.connect({ signal: controller.signal })
      controller.abort()
      await fails(connecting, 'ABORTED')
    })

    promise('a signal is let go of after connecting, and does nothing when it aborts', async () => {
      const controller = new AbortController()
      const { signal } = controller
      let listening = 0
      const counting: Signal = {
        aborted: false,
        reason: undefined,
        addEventListener: (type, heard) => {
          listening++
          signal.addEventListener(type, heard)
        },
        removeEventListener: (type, heard) => {
          listening--
          signal.removeEventListener(type, heard)
        },
      }
      const [client, server] = await Promise.all([
        listener.endpoint.connect({ signal: counting }).then(record),
        nextLink().then(record),
      ])
      assert.equal(listening, 0)
      controller.abort()
      client.link.write(pattern(10))
      await server.until(() => server.length === 10)
      assert.ok(!client.has('closed'))
    })

    promise('a peer that is not admitted is turned away, and counted', async () => {
      await listener.close()
      const asked: Address[] = []
      const admit = (peer: Address): boolean => {
        asked.push(peer)
        return asked.length > 1
      }
      listener = await transport.again(listener.address).listen(accept, { admit })
      // Where a handshake follows, connecting fails; where none does, the link is there and is gone.
      const link = await listener.endpoint.connect().catch((error: unknown) => {
        assert.ok(error instanceof TransportError, `${error}`)
      })
      if (link) {
        const turnedAway = record(link)
        await turnedAway.until(() => turnedAway.has('ended') || turnedAway.has('closed'))
      }
      assert.equal(accepted.length, 0)
      assert.equal(listener.dropped, 1)
      const [, server] = await pair()
      assert.deepEqual(asked[1], server.link.peer)
    })

    promise('two cannot listen on one place', async () => {
      await fails(transport.again(listener.address).listen(accept), 'ADDRESS_IN_USE')
      await pair()
    })

    promise('a closed listener leaves its links alone, and its place to others', async () => {
      const [client, server] = await pair()
      await listener.close()
      await listener.close()
      client.link.write(pattern(10))
      await server.until(() => server.length === 10)
      const old = listener
      listener = await transport.again(old.address).listen(accept)
      await old.close()
      await pair()
    })

    promise('links do not mix', async () => {
      const pairs: (readonly [Recorder, Recorder])[] = []
      for (let i = 0; i < 10; i++) pairs.push(await pair())
      for (const [i, [client]] of pairs.entries()) client.link.write(pattern(1000, i))
      await Promise.all(pairs.map(([, server]) => server.until(() => server.length === 1000)))
      for (const [i, [, server]] of pairs.entries()) assert.deepEqual(server.bytes, pattern(1000, i))
    })
  })
}

async function fails(action: Promise<unknown>, code: TransportErrorCode): Promise<TransportError> {
  const error = await action.then(
    () => assert.fail(`it should have failed with ${code}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof TransportError, `not a TransportError: ${error}`)
  assert.equal(error.code, code)
  return error
}
