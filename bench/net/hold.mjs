/**
 * `npm run hold`: ten thousand connections in one process, open and served, and what each of them costs.
 *
 *   npm run hold                                   three rounds, ours and a bare `net` server in turns
 *   npm run hold -- --connections 2000 --rounds 1
 *
 * Memory is what the operating system gives the process (RSS), garbage collected, less what it had before the first
 * connection; what the kernel keeps for a socket is not in it. The clients live in a second process.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { setUp } from '../../scripts/setup.mjs'
import { median } from './cells.mjs'
import { here } from './contenders.mjs'
import { LOAD_CORE, on, SERVER_CORE } from './process.mjs'

/** Our idle connection may cost this many times one of `net`'s. */
const TARGET = 2
const say = (text) => process.stderr.write(`${text}\n`)
const { values: options } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
  },
})
const connections = Number(options.connections)
const rounds = Number(options.rounds)
const servers = [
  { label: 'bare `net`', command: [here('servers/bare.mjs')] },
  { label: '**wirewright**, typed `exchange`', command: [here('servers/wirewright.mjs'), 'sync'] },
]

/** Every connection is an open file; a shell can raise the limit for what it starts. */
const files = connections + 200
const raised = (command) => [
  'sh',
  '-c',
  `ulimit -n ${files} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$@"`,
  'sh',
  ...command,
]

function startNode(core, arguments_, stdio) {
  const [program, ...rest] = raised(on(core, [process.execPath, ...arguments_]))
  return spawn(program, rest, { stdio })
}

async function firstLine(child) {
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`a process ended early (${code ?? signal})`)
  })
  gone.catch(() => {})
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone])
  return line
}

async function memory(server) {
  server.send('?')
  const [{ rss, heap }] = await once(server, 'message')
  return { rss, heap }
}

async function hold({ command }) {
  const flags = ['--expose-gc', '--import', here('hold-memory.mjs')]
  const server = startNode(SERVER_CORE, [...flags, ...command], ['pipe', 'pipe', 'inherit', 'ipc'])
  const [port] = (await firstLine(server)).split(' ')
  const clients = startNode(
    LOAD_CORE,
    [here('hold-clients.mjs'), port, String(connections)],
    ['pipe', 'pipe', 'inherit'],
  )
  const tell = async (what) => {
    clients.stdin.write(`${what}\n`)
    return Number(await firstLine(clients))
  }
  try {
    const start = await memory(server)
    const opened = await tell('open')
    const idle = await memory(server)
    const talked = await tell('talk')
    const after = await memory(server)
    const each = (now, key) => (now[key] - start[key]) / connections / 1024
    return {
      ...{ start: start.rss / 2 ** 20, opened, talked },
      ...{ idleRss: each(idle, 'rss'), idleHeap: each(idle, 'heap') },
      ...{ afterRss: each(after, 'rss'), afterHeap: each(after, 'heap') },
    }
  } finally {
    for (const child of [clients, server]) {
      child.stdin.end()
      child.kill()
      await once(child, 'exit')
    }
  }
}

setUp()
const limit = Number(spawnSync('sh', raised(['sh', '-c', 'ulimit -n']).slice(1), { encoding: 'utf8' }).stdout)
if (limit < files) {
  say(
    `${connections} connections need ${files} open files; this system allows ${limit}. Try --connections ${limit - 200}.`,
  )
  process.exit(2)
}
const runs = servers.map(() => [])
for (let round = 1; round <= rounds; round++)
  for (const [i, server] of servers.entries()) {
    say(`· round ${round} of ${rounds}: ${server.label}`)
    runs[i].push(await hold(server))
  }

const of = (i, key) => median(runs[i].map((run) => run[key]))
const rows = servers.map(({ label }, i) => {
  const kib = ['idleRss', 'idleHeap', 'afterRss', 'afterHeap'].map((key) => of(i, key).toFixed(1))
  return `| ${label} | ${of(i, 'start').toFixed(0)} | ${kib.join(' | ')} | ${of(i, 'opened').toFixed(2)} | ${of(i, 'talked').toFixed(2)} |`
})
const times = (key) => (of(1, key) / of(0, key)).toFixed(2)
console.log(`${connections} connections, Node ${process.version}, medians of ${rounds} rounds; KiB for one connection

| server | RSS at start, MiB | idle, RSS | idle, heap | after a message, RSS | heap | all open, s | all answered, s |
|---|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}
| ours ÷ bare | | ${['idleRss', 'idleHeap', 'afterRss', 'afterHeap'].map(times).join(' | ')} | | |

Target: an idle connection at most ${TARGET} times a bare one (RSS): ${of(1, 'idleRss') / of(0, 'idleRss') <= TARGET ? 'reached' : '**missed**'}.`)
