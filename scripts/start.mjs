/**
 * `npm start`: sets up what is missing, starts every tutorial service on this machine alone, calls the square once to show
 * that it works, and says what to try next, in our command and in Python.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { root, setUp, step } from './setup.mjs'

setUp()

const SECRET_FILE = '.build/demo-secret'
if (!existsSync(`${root}${SECRET_FILE}`)) {
  mkdirSync(`${root}.build`, { recursive: true })
  writeFileSync(`${root}${SECRET_FILE}`, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
}

const connected = (port) => `import socket,struct;s=socket.create_connection(('127.0.0.1',${port}));`
/** For each service: the flags it runs with, what to type here, and what to type for Python. */
const TUTORIALS = {
  square: {
    call: '12345',
    python: (port) =>
      `${connected(port)}s.sendall(struct.pack('!Ii',4,12345));print(struct.unpack('!Ii',s.recv(8))[1])`,
  },
  values: { call: '1 ab 2.7', python: (port) => `${connected(port)}s.sendall(struct.pack('I 2s f',1,b'ab',2.7))` },
  greeter: {
    call: 'Michael Tracy Sarah',
    python: (port) => `${connected(port)}print(s.recv(99));s.sendall(b'Ada');print(s.recv(99))`,
  },
  info: { call: '< /etc/hostname', python: (port) => `${connected(port)}s.sendall(b'hi');print(s.recv(999).decode())` },
  ack: {
    call: "'Hello, Server'",
    python: (port) => `${connected(port)}s.sendall(b'Hello, Server');print(s.recv(99))`,
  },
  datagram: {
    call: "'Hello via UDP'",
    python: (port) =>
      `import socket;s=socket.socket(type=socket.SOCK_DGRAM);s.sendto(b'Hello via UDP',('127.0.0.1',${port}));print(s.recv(99))`,
  },
  sticky: {
    call: '--framed',
    python: (port) => `${connected(port)}s.sendall(b'Hello');s.sendall(b'World');print(s.recv(999))`,
  },
  messages: {
    values: { reply: true },
    call: `'{"a":1}' '[2]'`,
    python: (port) => `${connected(port)}m=b'[1,2]';s.sendall(struct.pack('!I',len(m))+m);print(s.recv(99))`,
  },
  auth: {
    values: { secretFile: `${root}${SECRET_FILE}` },
    call: `--secret-file ${SECRET_FILE}`,
    python: (port) =>
      `${connected(port)}import hmac;k=open('${SECRET_FILE}','rb').read().strip();s.sendall(hmac.new(k,s.recv(32),'sha256').digest());print(s.recv(99))`,
  },
  upper: { call: "'  hello '", python: (port) => `${connected(port)}s.sendall(b'  hello ');print(s.recv(99))` },
  record: {
    call: 'Ada 36',
    python: (port) =>
      `${connected(port)}s.sendall(struct.pack('!II3s',11,3,b'Ada')+struct.pack('!i',36));print(s.recv(99))`,
  },
}

const { showAddress } = await import('wirewright')
const { tcp, udp } = await import('wirewright/node')

/** On its own port, or on any when something else is there already. */
async function start(name, { values = {} }) {
  const { default: found } = await import(`../dist/services/${name}.js`)
  const service = 'make' in found ? found.make(values) : found
  const say = (text) => process.stderr.write(`  ${name}: ${text}\n`)
  const server = service.createServer({
    closed: (reason, { peer }) =>
      say(`${showAddress(peer)} has been and gone${reason.kind === 'handler' ? ': the handler failed' : ''}`),
    onError: (error) => say(error.message),
  })
  const { transport, port } = service.endpoint.address
  const place = transport === 'udp' ? udp : tcp
  const listening = await server
    .listen(place({ host: '127.0.0.1', port }))
    .catch(() => server.listen(place({ host: '127.0.0.1', port: 0 })))
  return { name, server, port: listening.endpoint.address.port, own: port }
}

const services = []
step('starting the tutorial services, on this machine alone', () => {})
for (const [name, tutorial] of Object.entries(TUTORIALS)) services.push(await start(name, tutorial))

process.on('SIGINT', stop)
process.on('SIGTERM', stop)
async function stop() {
  setTimeout(() => process.exit(0), 2_000).unref()
  await Promise.all(services.map(({ server }) => server.close()))
  process.exit(0)
}

const square = services[0].port
step(`calling one: npx wirewright call square 12345 --port ${square}`, () => {})
const child = spawn(process.execPath, ['dist/cli/main.js', 'call', 'square', '12345', '--port', `${square}`], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
let answer = ''
for await (const part of child.stdout) answer += part
if (answer !== '152399025\n') {
  process.stderr.write(`the square service did not answer 152399025 but ${JSON.stringify(answer)}\n`)
  process.exit(1)
}

const hasPython = spawnSync('python3', ['--version']).status === 0
const lines = services.map(({ name, port, own }) => ({
  name,
  where: `${port}${port === own ? '' : ` (its own, ${own}, is taken)`}`,
  line: `npx wirewright call ${name} ${TUTORIALS[name].call}${port === own ? '' : ` --port ${port}`}`,
  python: `python3 -c "${TUTORIALS[name].python(port).replace(/"/g, '\\"')}"`,
}))
const width = (key) => Math.max(...lines.map((line) => line[key].length))
process.stdout.write(`
  12345 squared is ${answer.trim()}

These run until you press Ctrl-C. In another terminal, paste any line:

${lines.map(({ name, where, line }) => `  ${name.padEnd(width('name'))}  ${where.padEnd(width('where'))}  ${line}`).join('\n')}

or be the other side in Python${hasPython ? '' : ' (python3 is not installed here)'}:

${lines.map(({ python }) => `  ${python}`).join('\n')}

A square that does not fit 32 bits costs its connection and nobody else's: npx wirewright call square 46341${square === 65432 ? '' : ` --port ${square}`}

`)
