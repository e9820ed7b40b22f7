/** HAProxy in front: what it says of its clients, and what its word is worth. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createNetServer, connect as netConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Client, connect, createServer, exchange, lengthPrefix, type Server, struct } from 'wirewright'
import { tcp, tls, unix } from 'wirewright/node'
import type { Connectable, Listenable } from 'wirewright/transport'
import { Authority, noOpenssl } from './certificates.js'

const noHaproxy = spawnSync('haproxy', ['-v']).status === 0 ? false : 'there is no haproxy on this machine'

const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
const VERSIONS = { 'version 1': 'send-proxy', 'version 2': 'send-proxy-v2' }

/** A port that nobody has; somebody else may take it before HAProxy does, which then says so. */
async function freePort(): Promise<number> {
  const server = createNetServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((closed) => server.close(closed))
  return port
}

describe('behind haproxy', { skip: noHaproxy || noOpenssl }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirewright-haproxy-'))
  let authority: Authority
  let haproxy: ChildProcess | undefined
  /** Of HAProxy, by the name of the server behind it and the version of the header. */
  const fronts = new Map<string, number>()
  const servers: Server<typeof square>[] = []
  const seen: string[] = []
  const errors: string[] = []

  const serve = async (place: Listenable, trustedProxies: string[]): Promise<Connectable> => {
    const server = createServer(square, ([n]) => [n * n], {
      trustedProxies,
      observer: { handshakeFailed: ({ error }) => void errors.push(error.code) },
      opened: ({ peer }) => void seen.push(`${peer.transport} ${peer.host} ${peer.port}`),
      onError: (error) => errors.push((error as { code: string }).code),
    })
    servers.push(server)
    return (await server.listen(place)).endpoint
  }

  before(async () => {
    authority = new Authority()
    const mine = authority.issue()
    const [own, strange] = [['127.0.0.1'], ['192.0.2.1']]
    const backends = {
      tcp: await serve(tcp({ port: 0 }), own),
      tls: await serve(tls({ port: 0, ...mine }), own),
      'untrusting tcp': await serve(tcp({ port: 0 }), strange),
      'untrusting tls': await serve(tls({ port: 0, ...mine }), strange),
    }
    const sections: string[] = []
    for (const [name, { address }] of Object.entries(backends))
      for (const [version, option] of Object.entries(VERSIONS)) {
        const port = await freePort()
        fronts.set(`${name}, ${version}`, port)
        const id = sections.length
        sections.push(
          `listen l${id}\n  bind 127.0.0.1:${port}\n  bind ${join(folder, `${id}.sock`)}\n  server s ${address.host}:${address.port} ${option}`,
        )
      }
    const ready = await freePort()
    sections.push(`frontend ready\n  bind 127.0.0.1:${ready}\n  tcp-request connection reject`)
    const config = join(folder, 'haproxy.cfg')
    writeFileSync(
      config,
      [
        'global\n  maxconn 100',
        'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s',
        ...sections,
        '',
      ].join('\n'),
    )
    haproxy = spawn('haproxy', ['-db', '-f', config], { stdio: ['ignore', 'inherit', 'inherit'] })
    // It listens everywhere or nowhere.
    for (let isThere = false; !isThere; ) {
      assert.equal(haproxy.exitCode, null, 'haproxy did not start')
      isThere = await knock(ready)
    }
  })

  after(async () => {
    if (haproxy?.exitCode === null) {
      haproxy.kill('SIGKILL')
      await once(haproxy, 'exit')
    }
    await Promise.all(servers.map((server) => server.close()))
    authority?.remove()
    rmSync(folder, { recursive: true })
  })

  for (const version of Object.keys(VERSIONS)) {
    for (const transport of ['tcp', 'tls'] as const)
      it(`a ${transport}() server sees who it is that came, by ${version}`, async () => {
        const port = fronts.get(`${transport}, ${version}`)!
        const place = transport === 'tcp' ? tcp({ port }) : tls({ port, ca: authority.cert })
        const clients: Client<typeof square>[] = []
        for (let n = 0; n < 3; n++) clients.push(await connect(square, place))
        assert.deepEqual(await Promise.all(clients.map((client, n) => client.request([n]))), [[0], [1], [4]])
        assert.deepEqual(
          seen.splice(0).sort(),
          clients.map(({ local }) => `${transport} 127.0.0.1 ${local.port}`).sort(),
        )
        await Promise.all(clients.map((client) => client.close()))
      })

    it(`a client of another kind of address is haproxy itself, by ${version}`, async () => {
      const id = [...fronts.keys()].indexOf(`tcp, ${version}`)
      const client = await connect(square, unix({ path: join(folder, `${id}.sock`) }))
      assert.deepEqual(await client.request([5]), [25])
      const [peer] = seen.splice(0)
      assert.match(peer!, /^tcp 127\.0\.0\.1 \d+$/)
      await client.close()
    })

    it(`a server that does not trust it takes no header of ${version}`, async () => {
      const [plain, secured] = [fronts.get(`untrusting tcp, ${version}`)!, fronts.get(`untrusting tls, ${version}`)!]
      const client = await connect(square, tcp({ port: plain }))
      await assert.rejects(client.request([5]), { code: 'CONNECTION_CLOSED' })
      await client.close()
      await assert.rejects(tls({ port: secured, ca: authority.cert }).connect())
      while (errors.length < 2) await new Promise((soon) => setImmediate(soon))
      assert.deepEqual(errors.splice(0), ['FRAME_TOO_LONG', 'HANDSHAKE_FAILED'])
      assert.match(seen.splice(0).join(), /^tcp 127\.0\.0\.1 \d+$/, 'whose peer was haproxy')
    })
  }
})

function knock(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = netConnect({ port, host: '127.0.0.1' })
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
