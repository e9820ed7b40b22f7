import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as netConnect, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { type Lookup, nodeEnv, tcp } from 'wirewright/node'
import { type Link, type Listenable, type Listener, type ListenOptions, TransportError } from 'wirewright/transport'
import { Arrivals, bytes, Recorder } from './recorder.js'

const noIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)
  ? false
  : 'this machine has no ::1'

const noProc = process.platform === 'linux' ? false : 'only Linux shows its timers'

/** The timer that the kernel has for the connection between two ports of 127.0.0.1. */
function kernelTimer(local: number, remote: number): { kind: number; ms: number } {
  const place = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, here, there]) => here === place(local) && there === place(remote))
  const [kind, ticks] = row![5]!.split(':').map((hex) => Number.parseInt(hex, 16))
  // In ticks of a hundredth of a second, whatever the kernel's own are.
  return { kind: kind!, ms: ticks! * 10 }
}

/** Both ends of one connection. */
async function pair(
  place: Listenable,
  options?: ListenOptions,
): Promise<{ server: Link; client: Link; listener: Listener }> {
  const accepted = new Arrivals<Link>()
  const listener = await place.listen(accepted.put, options)
  const client = await listener.endpoint.connect()
  return { client, server: await accepted.next(), listener }
}

/** An error of the transport, by its code and its words. */
function failure(code: string, words: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TransportError, `${error}`)
    assert.equal(error.code, code)
    assert.match(error.message, words)
    return true
  }
}

/** Connects, and waits for the reset, which may come before the connection is ours. */
async function turnedAway(listener: Listener): Promise<void> {
  const client = await listener.endpoint.connect().catch((error: TransportError) => assert.equal(error.code, 'RESET'))
  if (client) await new Recorder(client).closes()
}

describe('tcp', () => {
  for (const [what, host, skip] of [
    ['IPv4', '127.0.0.1', false],
    ['IPv6', '::1', noIPv6],
    ['localhost, whatever that is', 'localhost', false],
  ] as const)
    it(`carries bytes both ways over ${what}`, { skip }, async () => {
      const { server, client, listener } = await pair(tcp({ host, port: 0 }))
      const [there, here] = [new Recorder(server), new Recorder(client)]
      client.write(bytes('ping'))
      await there.hears('ping')
      server.write(bytes('pong'))
      await here.hears('pong')
      assert.deepEqual([there.text, here.text], ['ping', 'pong'])
      assert.equal(client.peer.port, listener.address.port)
      assert.deepEqual(server.peer, client.local)
      client.end()
      server.end()
      await Promise.all([there.closes(), here.closes(), listener.close()])
      assert.deepEqual([there.error, here.error], [undefined, undefined])
    })

  it('listens on IPv4 and IPv6 at once where it listens on ::', { skip: noIPv6 }, async () => {
    const accepted = new Arrivals<Link>()
    const listener = await tcp({ host: '::', port: 0 }).listen(accepted.put)
    const { port } = listener.address
    for (const host of ['127.0.0.1', '::1']) {
      const client = new Recorder(await tcp({ host, port: port! }).connect())
      ;(await accepted.next()).reset()
      await client.closes()
    }
    await listener.close()
  })

  it('leaves IPv4 to others when it is told to', { skip: noIPv6 }, async () => {
    const listener = await tcp({ host: '::', port: 0, ipv6Only: true }).listen(() => {})
    const other = await tcp({ host: '0.0.0.0', port: listener.address.port! }).listen(() => {})
    await Promise.all([listener.close(), other.close()])
  })

  it('listens on every address of a name, with one port', { skip: noIPv6 }, async () => {
    const lookup: Lookup = async () => [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]
    const accepted = new Arrivals<Link>()
    const listener = await tcp({ host: 'both.test', port: 0, lookup }).listen(accepted.put)
    assert.equal(listener.address.host, 'both.test')
    for (const host of ['127.0.0.1', '::1']) {
      const client = await tcp({ host, port: listener.address.port! }).connect()
      assert.equal((await accepted.next()).local.host, host)
      new Recorder(client).link.reset()
    }
    for (const link of accepted.all) new Recorder(link).link.reset()
    await listener.close()
  })

  it('leaves out the addresses of a name that this machine does not have', async () => {
    // 192.0.2.0/24 is for documentation; 192.0.2.254 belongs to nobody.
    const lookup: Lookup = async () => [
      { address: '192.0.2.254', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const listener = await tcp({ host: 'half.test', port: 0, lookup }).listen(() => {})
    await listener.close()
    const alone = tcp({ host: 'none.test', port: 0, lookup: async () => (await lookup('')).slice(0, 1) })
    await assert.rejects(
      alone.listen(() => {}),
      failure('UNREACHABLE', /none\.test:0: 192\.0\.2\.254:0: that address belongs/),
    )
  })

  it('answers a peer that has sent everything and ended', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const [there, here] = [new Recorder(server), new Recorder(client)]
    client.write(bytes('all'))
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(there.text, 'all')
    server.write(bytes('answer'))
    server.end()
    await here.closes()
    assert.equal(here.text, 'answer')
    assert.deepEqual(here.calls.slice(-2), ['ended', 'closed'])
    await listener.close()
  })

  it('keeps what came before the start, and hands nothing over until then', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    client.write(bytes('early'))
    client.end()
    await new Promise((soon) => setImmediate(soon))
    const there = new Recorder(server)
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(there.text, 'early')
    server.end()
    await new Recorder(client).closes()
    await listener.close()
  })

  it('keeps the array of a write that the network has no room for until drained', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const here = new Recorder(client)
    const big = new Uint8Array(64 << 20)
    assert.equal(client.write(big), false)
    assert.ok(client.queued > 0)
    assert.deepEqual(here.calls, [])
    const there = new Recorder(server)
    await here.until(({ calls }) => calls.includes('drained'))
    assert.equal(client.queued, 0)
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(
      there.chunks.reduce((sum, { length }) => sum + length, 0),
      big.length,
    )
    server.end()
    await here.closes()
    await listener.close()
  })

  it('says drained even when only a few bytes were kept', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const here = new Recorder(client)
    // Until the buffers of both ends are full; then a byte that has no room.
    while (client.write(new Uint8Array(1 << 20)));
    const there = new Recorder(server)
    await here.until(({ calls }) => calls.includes('drained'))
    const drains = here.calls.length
    server.pause()
    while (client.write(new Uint8Array(100)));
    server.resume()
    await here.until(({ calls }) => calls.length > drains)
    assert.equal(client.queued, 0)
    client.reset()
    await there.follows()
    await listener.close()
  })

  it('says drained once for all that were kept', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const here = new Recorder(client)
    assert.equal(client.write(new Uint8Array(64 << 20)), false)
    for (let i = 0; i < 5; i++) assert.equal(client.write(new Uint8Array(1000)), false)
    const there = new Recorder(server)
    await here.until(({ calls }) => calls.includes('drained'))
    assert.equal(client.queued, 0)
    client.end()
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(
      there.chunks.reduce((sum, { length }) => sum + length, 0),
      (64 << 20) + 5000,
    )
    server.end()
    await here.closes()
    assert.equal(here.calls.filter((call) => call === 'drained').length, 1)
    await listener.close()
  })

  it('stops reading while paused, which slows the sender down', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const [there, here] = [new Recorder(server), new Recorder(client)]
    server.pause()
    while (client.write(new Uint8Array(1 << 20)));
    assert.ok(client.queued > 0)
    const before = there.calls.length
    await new Promise((soon) => setImmediate(soon))
    assert.equal(there.calls.length, before)
    server.resume()
    await here.until(({ calls }) => calls.includes('drained'))
    client.reset()
    await there.follows()
    await listener.close()
  })

  it('tells a peer that was reset so, and the one who reset that it went in peace', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const [there, here] = [new Recorder(server), new Recorder(client)]
    client.reset()
    client.reset()
    await Promise.all([there.closes(), here.closes()])
    assert.equal(here.error, undefined)
    assert.ok(
      failure('RESET', /^connection with 127\.0\.0\.1:\d+: the peer reset the connection \(ECONNRESET\)$/)(there.error),
    )
    assert.equal(client.write(bytes('into the void')), true)
    await listener.close()
  })

  it('says closed to whoever starts a link that is gone', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const here = new Recorder(client)
    client.reset()
    await here.closes()
    // The peer's reset has reached the other end when a later connection has gone there and back.
    await new Promise((soon) => setTimeout(soon, 0))
    const there = new Recorder(server)
    await there.closes()
    assert.equal(there.error?.code, 'RESET')
    await listener.close()
  })

  it('survives a peer that resets at once, accepted or not', async () => {
    const accepted: Recorder[] = []
    const listener = await tcp({ port: 0 }).listen((link) => accepted.push(new Recorder(link)))
    const { port } = listener.address
    for (let i = 0; i < 50; i++) {
      const socket = netConnect({ port: port!, host: '127.0.0.1' })
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.resetAndDestroy()
    }
    const client = await listener.endpoint.connect()
    new Recorder(client).link.reset()
    await Promise.all(accepted.map((there) => there.closes()))
    await listener.close()
  })

  it('can be listened on again at once, with connections of the last run still dying', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const [there, here] = [new Recorder(server), new Recorder(client)]
    // The side that closes first keeps the port in TIME_WAIT.
    server.end()
    await here.until(({ calls }) => calls.includes('ended'))
    client.end()
    await Promise.all([there.closes(), here.closes(), listener.close()])
    const again = await tcp({ port: listener.address.port! }).listen(() => {})
    assert.equal(again.address.port, listener.address.port)
    await again.close()
    await again.close()
  })

  it('lets the operating system ask whether a quiet peer is still there, at both ends', { skip: noProc }, async () => {
    const { server, client, listener } = await pair(tcp({ port: 0, keepAliveMs: 20_000 }))
    for (const { local, peer } of [server, client]) {
      const { kind, ms } = kernelTimer(local.port!, peer.port!)
      // 2: keepalive (proc_net_tcp.txt). It goes for what was asked, counted from the connection.
      assert.equal(kind, 2)
      assert.ok(ms > 10_000 && ms <= 20_000, `${ms}`)
    }
    client.reset()
    await Promise.all([new Recorder(server).closes(), listener.close()])
  })

  it('keeps accepted links when it closes, and accepts no more', async () => {
    const { server, client, listener } = await pair(tcp({ port: 0 }))
    const [there, here] = [new Recorder(server), new Recorder(client)]
    await listener.close()
    await assert.rejects(listener.endpoint.connect(), failure('REFUSED', /nobody listens there \(ECONNREFUSED\)/))
    client.write(bytes('still here'))
    await there.hears('still here')
    client.reset()
    await Promise.all([there.closes(), here.closes()])
  })

  it('asks before it accepts, and counts those it turned away', async () => {
    const accepted = new Arrivals<Link>()
    const asked: string[] = []
    const listener = await tcp({ port: 0 }).listen(accepted.put, {
      admit: ({ host }) => asked.push(host!) > 1,
    })
    await turnedAway(listener)
    const second = new Recorder(await listener.endpoint.connect())
    new Recorder(await accepted.next())
    assert.deepEqual(asked, ['127.0.0.1', '127.0.0.1'])
    assert.equal(listener.dropped, 1)
    assert.equal(accepted.all.length, 1)
    second.link.reset()
    await listener.close()
  })

  for (const where of ['accept', 'admit'] as const)
    it(`outlives an exception in ${where}, warns, and drops that connection`, async () => {
      const warnings: string[] = []
      const env = { ...nodeEnv, warn: (text: string) => void warnings.push(text) }
      const boom = (): never => {
        throw new Error('boom')
      }
      const place = tcp({ port: 0, env })
      const listener = await (where === 'accept' ? place.listen(boom) : place.listen(() => {}, { admit: boom }))
      await turnedAway(listener)
      assert.match(warnings.join(), /^127\.0\.0\.1:0: a connection was not accepted: boom$/)
      assert.equal(listener.dropped, 1)
      await listener.close()
    })

  it('says in words why it cannot listen', async () => {
    const listener = await tcp({ port: 0 }).listen(() => {})
    const { port } = listener.address
    await assert.rejects(
      tcp({ port: port! }).listen(() => {}),
      failure(
        'ADDRESS_IN_USE',
        new RegExp(`^cannot listen on 127.0.0.1:${port}: something else listens there already`),
      ),
    )
    await assert.rejects(
      tcp({ port: 70_000 }).listen(() => {}),
      failure('IO', /cannot listen on 127\.0\.0\.1:70000: .*65536/),
    )
    await listener.close()
  })

  it('takes 4096 connections that nobody has accepted yet', async (context) => {
    const listener = await tcp({ port: 0 }).listen(() => {})
    const table = await once(
      spawn('ss', ['-ltnH', `sport = :${listener.address.port}`]).stdout.setEncoding('utf8'),
      'data',
    ).catch(() => undefined)
    await listener.close()
    if (table === undefined) return context.skip('there is no ss command on this machine')
    const backlog = Number(String(table[0]).trim().split(/\s+/)[2])
    assert.ok(backlog === 4096 || (backlog < 4096 && backlog >= 128), `${backlog}: less only where the system caps it`)
  })
})

describe('connecting by tcp', () => {
  it('names what could not be reached', async () => {
    await assert.rejects(
      tcp({ port: 1 }).connect(),
      failure('REFUSED', /^cannot connect to 127\.0\.0\.1:1: nobody listens there \(ECONNREFUSED\)$/),
    )
    await assert.rejects(
      tcp({ port: 70_000 }).connect(),
      failure('IO', /^cannot connect to 127\.0\.0\.1:70000: .*65536/),
    )
    const lookup: Lookup = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' })
    }
    await assert.rejects(
      tcp({ host: 'nowhere.test', port: 1, lookup }).connect(),
      failure('NOT_FOUND', /^cannot connect to nowhere\.test:1: no such host name \(ENOTFOUND\)$/),
    )
    await assert.rejects(
      tcp({ host: 'empty.test', port: 1, lookup: async () => [] }).connect(),
      failure('NOT_FOUND', /^cannot connect to empty\.test:1: the host name has no address/),
    )
  })

  it('names every address of a name, in the order in which they were tried', async () => {
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.3', family: 4 },
      { address: '::1', family: 6 },
    ]
    await assert.rejects(tcp({ host: 'dead.test', port: 1, lookup }).connect(), (error: TransportError) => {
      const [, list] = error.message.split('cannot connect to dead.test:1: ')
      assert.deepEqual(
        list!.split('; ').map((one) => one.split(': ')[0]),
        ['127.0.0.2:1', '[::1]:1', '127.0.0.3:1'],
      )
      assert.equal(error.code, 'REFUSED')
      return true
    })
  })

  it('goes on to the next address of a name as soon as one fails', async () => {
    const listener = await tcp({ port: 0 }).listen((link) => void new Recorder(link))
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    // An hour before the next try, unless the first one fails.
    const place = tcp({ host: 'second.test', port: listener.address.port!, lookup, attemptDelayMs: 3_600_000 })
    const client = new Recorder(await place.connect())
    assert.equal(client.link.peer.host, '127.0.0.1')
    client.link.reset()
    await listener.close()
  })

  it('does not wait for an address that is silent, and drops it when another wins', async (context) => {
    const hole = await blackHole('127.0.0.2')
    if (!hole) return context.skip('a full queue of connections does not make this system silent')
    const listener = await tcp({ port: hole.port }).listen((link) => void new Recorder(link))
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const timers = fakeTimers()
    const connecting = tcp({ host: 'hole.test', port: hole.port, lookup, env: timers.env }).connect()
    await timers.until((ms) => ms === 250)
    timers.fire(250)
    const client = new Recorder(await connecting)
    assert.equal(client.link.peer.host, '127.0.0.1')
    assert.deepEqual(timers.waiting, [])
    client.link.reset()
    await Promise.all([listener.close(), hole.close()])
  })

  it('keeps a silent first try running, which may still win', async () => {
    const listener = await tcp({ port: 0 }).listen((link) => void new Recorder(link))
    const timers = fakeTimers()
    // The second address is looked up, and never needed: the first connects before its turn.
    const lookup: Lookup = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]
    const client = new Recorder(
      await tcp({ host: 'first.test', port: listener.address.port!, lookup, env: timers.env }).connect(),
    )
    assert.equal(client.link.peer.host, '127.0.0.1')
    assert.deepEqual(timers.waiting, [])
    client.link.reset()
    await listener.close()
  })

  it('gives up after its timeout, and says how far each address had come', async (context) => {
    const hole = await blackHole('127.0.0.2')
    if (!hole) return context.skip('a full queue of connections does not make this system silent')
    const timers = fakeTimers()
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.3', family: 4 },
    ]
    const connecting = tcp({ host: 'slow.test', port: hole.port, lookup, env: timers.env }).connect()
    connecting.catch(() => {})
    await timers.until((ms) => ms === 250)
    timers.fire(250)
    await refusalAt('127.0.0.3', hole.port)
    timers.fire(10_000)
    await assert.rejects(
      connecting,
      failure(
        'TIMED_OUT',
        new RegExp(
          `^cannot connect to slow.test:${hole.port}: no answer within 10000 ms \\(connectTimeoutMs\\); ` +
            `127.0.0.2:${hole.port}: no answer yet; 127.0.0.3:${hole.port}: nobody listens there \\(ECONNREFUSED\\)$`,
        ),
      ),
    )
    await hole.close()
  })

  it('stops on abort: before it begins, while it looks the name up, and while it connects', async (context) => {
    const reason = new Error('changed my mind')
    const check = failure('ABORTED', /^connecting to .* was abandoned$/)
    const withCause = (error: unknown): boolean => check(error) && (error as Error).cause === reason
    await assert.rejects(tcp({ port: 1 }).connect({ signal: AbortSignal.abort(reason) }), withCause)
    const looking = new AbortController()
    const lookup: Lookup = () => {
      queueMicrotask(() => looking.abort(reason))
      return new Promise(() => {})
    }
    await assert.rejects(tcp({ host: 'x.test', port: 1, lookup }).connect({ signal: looking.signal }), withCause)
    const hole = await blackHole('127.0.0.2')
    if (!hole) return context.skip('a full queue of connections does not make this system silent')
    const connecting = new AbortController()
    const rejected = assert.rejects(
      tcp({ host: '127.0.0.2', port: hole.port }).connect({ signal: connecting.signal }),
      withCause,
    )
    setImmediate(() => connecting.abort(reason))
    await rejected
    await hole.close()
  })
})

/** An address that answers nobody: the queue of its listening socket is full, and Linux then drops what comes. */
async function blackHole(host: string): Promise<{ port: number; close(): Promise<void> } | undefined> {
  const program = `
import socket, sys
s = socket.socket(); s.bind((${JSON.stringify(host)}, 0)); s.listen(0)
fillers = [socket.socket() for _ in range(8)]
for f in fillers: f.setblocking(False); f.connect_ex(s.getsockname())
print(s.getsockname()[1], flush=True); sys.stdin.read()`
  const python = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'ignore'] })
  const gone = once(python, 'close').catch(() => {})
  const close = async (): Promise<void> => {
    python.stdin.end()
    await gone
  }
  const [line] = (await Promise.race([once(python.stdout, 'data'), gone])) as [Buffer?]
  const port = Number(line?.toString())
  if (!port || process.platform !== 'linux') {
    await close()
    return undefined
  }
  return { port, close }
}

/** Resolves when a refusal has come from there, and so ours, which was asked for earlier, has come too. */
async function refusalAt(host: string, port: number): Promise<void> {
  const socket = new Socket()
  socket.connect({ host, port })
  await once(socket, 'error')
  await new Promise((soon) => setImmediate(soon))
}

/** Node's world, but for timers, which a test fires by hand. */
function fakeTimers(): {
  env: typeof nodeEnv
  waiting: number[]
  fire(ms: number): void
  until(set: (ms: number) => boolean): Promise<void>
} {
  const timers = new Map<object, { ms: number; callback: () => void }>()
  const set = new Arrivals<number>()
  return {
    env: {
      ...nodeEnv,
      timer(ms: number, callback: () => void) {
        const timer = { cancel: () => void timers.delete(timer) }
        timers.set(timer, { ms, callback })
        set.put(ms)
        return timer
      },
    },
    get waiting() {
      return [...timers.values()].map(({ ms }) => ms)
    },
    fire(ms: number) {
      for (const [timer, one] of [...timers])
        if (one.ms === ms) {
          timers.delete(timer)
          one.callback()
        }
    },
    async until(wanted: (ms: number) => boolean) {
      while (!wanted(await set.next()));
    },
  }
}
