/** Programs in Python at the other end: what they do with TLS, UDP and Unix sockets is nobody's opinion of ours. */
import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { connect, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { tls, udp, unix } from 'wirewright/node'
import type { Link } from 'wirewright/transport'
import { Authority, noOpenssl } from './certificates.js'
import { Arrivals, bytes, Recorder } from './recorder.js'

const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'there is no python3 on this machine'
const loopback = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ address }) => address === '127.0.0.1'),
)?.[0]
const noLoopback = loopback ? false : 'there is no loopback interface'
const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })

/** Runs a program to its end; what it printed. */
async function python(program: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)('python3', ['-c', program, ...args])).stdout.trim()
}

/** Starts a program that prints where it listens, and is ended by the end of its input. */
async function pythonServer(program: string, ...args: string[]): Promise<{ port: number; stop(): Promise<void> }> {
  const child = spawn('python3', ['-c', program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return {
    port: Number(String(line)),
    stop: async () => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

const ASK = `
def ask(s, n):
    s.sendall(struct.pack('!Ii', 4, n))
    data = b''
    while len(data) < 8: data += s.recv(8 - len(data))
    return struct.unpack('!Ii', data)
`

describe('with Python at the other end', { skip: noPython || noOpenssl }, () => {
  const authority = noPython || noOpenssl ? undefined! : new Authority()
  after(() => authority?.remove())

  it('a TLS server is called by a client with a certificate', async () => {
    const names: string[] = []
    const server = createServer(square, ([n]) => [n * n])
    const identity = authority.issue()
    const { endpoint } = await server.listen(
      tls({ port: 0, ...identity, clientCa: authority.cert, alpn: ['square'], sni: (name) => void names.push(name) }),
    )
    const { key, cert, ca } = authority.files(authority.issue({ name: 'a client' }))
    const printed = await python(
      `
import socket, ssl, struct, sys
port, key, cert, ca = sys.argv[1:]
${ASK}
c = ssl.create_default_context(cafile=ca); c.load_cert_chain(cert, key); c.set_alpn_protocols(['square'])
with socket.create_connection(('127.0.0.1', int(port))) as raw, c.wrap_socket(raw, server_hostname='localhost') as s:
    print(s.version(), s.selected_alpn_protocol(), ask(s, 12345))
`,
      ...[String(endpoint.address.port), key, cert, ca],
    )
    assert.equal(printed, 'TLSv1.3 square (4, 152399025)')
    assert.deepEqual(names, ['localhost'])
    await server.close()
  })

  it('a TLS client calls a server, and shows its certificate', async () => {
    const { key, cert, ca } = authority.files(authority.issue())
    const server = await pythonServer(
      `
import socket, ssl, struct, sys
key, cert, ca = sys.argv[1:]
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca); c.load_cert_chain(cert, key); c.verify_mode = ssl.CERT_REQUIRED
l = socket.create_server(('127.0.0.1', 0)); print(l.getsockname()[1], flush=True)
s = c.wrap_socket(l.accept()[0], server_side=True)
assert dict(x[0] for x in s.getpeercert()['subject'])['commonName'] == 'a client'
n, x = struct.unpack('!Ii', s.recv(8)); s.sendall(struct.pack('!Ii', n, x * x)); sys.stdin.read()
`,
      ...[key, cert, ca],
    )
    const place = tls({ port: server.port, ca: authority.cert, ...authority.issue({ name: 'a client' }) })
    const client = await connect(square, place)
    assert.deepEqual(await client.request([111]), [12321])
    const closed = client.close()
    await server.stop()
    await closed
  })

  it('a TLS client of ours refuses its certificate, and Python refuses ours, for their reasons', async () => {
    const { ca } = authority.files(authority.issue())
    const listener = await tls({ port: 0, ...authority.issue({ altNames: 'DNS:x.test' }) }).listen(() => assert.fail())
    const printed = await python(
      `
import socket, ssl, sys
c = ssl.create_default_context(cafile=sys.argv[2])
try:
    with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as raw: c.wrap_socket(raw, server_hostname='localhost')
except ssl.SSLCertVerificationError as e: print(e.verify_message)
`,
      ...[String(listener.address.port), ca],
    )
    assert.match(printed, /Hostname mismatch/)
    await listener.close()
  })

  it('datagrams go to and fro', async () => {
    const links = new Arrivals<Link>()
    const listener = await udp({ port: 0 }).listen(links.put)
    const client = python(
      `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)
for text in (b'one', b'', b'three'): s.sendto(text, ('127.0.0.1', int(sys.argv[1])))
print(s.recvfrom(2000)[0].decode())
`,
      String(listener.address.port),
    )
    const peer = new Recorder(await links.next())
    await peer.until(({ chunks }) => chunks.length === 3)
    peer.link.write(bytes(peer.chunks.map(({ length }) => length).join(' ')))
    assert.equal(await client, '3 0 5')
    peer.link.reset()
    await listener.close()
    const server = await pythonServer(`
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)
data, at = s.recvfrom(2000); s.sendto(data[::-1], at); sys.stdin.read()`)
    const here = new Recorder(await udp({ port: server.port }).connect())
    here.link.write(bytes('abc'))
    await here.hears('cba')
    assert.equal(here.text, 'cba')
    here.link.reset()
    await server.stop()
  })

  it('a group hears what is sent to it, from either side', { skip: noLoopback }, async () => {
    const group = '239.77.3.4'
    const links = new Arrivals<Link>()
    const listener = await udp({ port: 0, join: group, interfaces: [loopback!] }).listen(links.put)
    const asked = python(
      `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1'))
s.sendto(b'anybody?', (sys.argv[1], int(sys.argv[2])))
print(s.recvfrom(2000)[0].decode())
`,
      group,
      String(listener.address.port),
    )
    const peer = new Recorder(await links.next())
    await peer.hears('anybody?')
    peer.link.write(bytes('me'))
    assert.equal(await asked, 'me')
    peer.link.reset()
    await listener.close()
    const member = await pythonServer(
      `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 0))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(sys.argv[1]) + socket.inet_aton('127.0.0.1'))
print(s.getsockname()[1], flush=True)
data, at = s.recvfrom(2000); s.sendto(data[::-1], at); sys.stdin.read()`,
      group,
    )
    const here = new Recorder(await udp({ host: group, port: member.port, interfaces: [loopback!] }).connect())
    here.link.write(bytes('abc'))
    await here.hears('cba')
    here.link.reset()
    await member.stop()
  })

  it('a client closes a Unix socket without a word, and that is peace where nothing was owed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirewright-python-'))
    const links = new Arrivals<Link>()
    const listener = await unix({ path: join(folder, 's') }).listen(links.put)
    await python(
      `import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b'bye'); s.close()`,
      listener.address.path!,
    )
    const peer = new Recorder(await links.next())
    await peer.closes()
    assert.deepEqual([peer.text, peer.calls, peer.error], ['bye', ['received', 'ended', 'closed'], undefined])
    await listener.close()
    rmSync(folder, { recursive: true })
  })
})
