/**
 * Service x direction x manner: every tutorial against its Python original. Each row is run by a test, and by
 * `npm run interop`, which prints them as a table.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { stop, text } from '../support/python.js'

const PEERS = resolve('test/interop/peers.py')
const MAIN = resolve('dist/cli/main.js')
const secretFile = join(mkdtempSync(join(tmpdir(), 'wirewright-interop-')), 'secret')
writeFileSync(secretFile, 'a secret for the tests\n')

/** What was printed, and how it ended. */
export interface Ended {
  readonly stdout: string
  readonly status: number | null
}

export interface Row {
  readonly service: string
  readonly direction: 'our server, Python client' | 'our client, Python server'
  readonly manner: string
  /** Throws when it does not work. */
  run(): Promise<void>
}

interface Serving {
  readonly port: string
  stop(): Promise<void>
}

async function run(command: string, args: string[], input = ''): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, status: child.exitCode }
}

async function started(child: ChildProcess, stream: NodeJS.ReadableStream, port: RegExp): Promise<Serving> {
  const lines = createInterface(stream)
  return new Promise((serving, failed) => {
    const seen: string[] = []
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${seen.join('\n')}`)))
    lines.on('line', (line) => {
      seen.push(line)
      const found = port.exec(line)?.[1]
      if (found) serving({ port: found, stop: () => stop(child) })
    })
  })
}

/** `wirewright serve`, on a free port. */
export function serve(service: string, ...flags: string[]): Promise<Serving> {
  const args = [MAIN, 'serve', service, '--host', '127.0.0.1', '--port', '0', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  return started(child, child.stderr!, /listening on .*:(\d+)$/)
}

export function call(service: string, port: string, args: string[], input?: string): Promise<Ended> {
  return run(process.execPath, [MAIN, 'call', service, '--host', '127.0.0.1', '--port', port, ...args], input)
}

export function pythonServe(service: string, manner: string, ...args: string[]): Promise<Serving> {
  const child = spawn('python3', ['-u', PEERS, 'server', service, manner, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return started(child, child.stdout!, /^(\d+)$/)
}

export function pythonCall(service: string, port: string, manner: string, args: string[]): Promise<Ended> {
  return run('python3', [PEERS, 'client', service, port, manner, ...args])
}

function expect(ended: Ended, stdout: string, status = 0): void {
  if (ended.stdout !== stdout || ended.status !== status)
    throw new Error(
      `expected ${JSON.stringify(stdout)} and ${status}, got ${JSON.stringify(ended.stdout)} and ${ended.status}`,
    )
}

/** One tutorial: what each side is told, and what it must print. */
interface Tutorial {
  readonly service: string
  readonly manners: readonly string[]
  /** Flags of our server, arguments of the Python server. */
  readonly flags?: string[]
  readonly serverArgs?: string[]
  /** The Python client's arguments, and what it prints. */
  readonly ask: string[]
  readonly answer: string
  /** Our client's arguments and input, and what it prints. */
  readonly call: string[]
  readonly input?: string
  readonly prints: string
}

const cut = ['whole', 'apart', 'bytes']
const hello = '{"hello": "w\\u00f6rld", "n": [1, 2.5, null]}'

const tutorials: readonly Tutorial[] = [
  {
    service: 'square',
    manners: cut,
    ask: ['12345', '-7', '46340'],
    answer: '152399025\n49\n2147395600\n',
    call: ['12345'],
    prints: '152399025\n',
  },
  {
    service: 'values',
    manners: ['whole', 'bytes'],
    ask: ['1', 'ab', '2.7'],
    answer: "b''\n",
    call: ['1', 'ab', '2.7'],
    prints: '0100000061620000cdcc2c40\n',
  },
  {
    service: 'greeter',
    manners: ['whole'],
    ask: ['Michael', 'Zoë'],
    answer: "Welcome!\nHello, Michael!\nHello, Zoë!\nb''\n",
    call: ['Michael', 'Tracy', 'Sarah'],
    prints: 'Welcome!\nHello, Michael!\nHello, Tracy!\nHello, Sarah!\n',
  },
  {
    service: 'ack',
    manners: ['whole'],
    ask: ['Hello, Server', 'again'],
    answer: 'ACK: Hello, Server\nACK: again\n',
    call: ['Hello, Server'],
    prints: 'ACK: Hello, Server\n',
  },
  {
    service: 'datagram',
    manners: ['whole'],
    ask: ['Hello via UDP', 'again'],
    answer: 'Message received\nMessage received\n',
    call: ['Hello via UDP'],
    prints: 'Message received\n',
  },
  {
    service: 'messages',
    manners: cut,
    flags: ['--reply'],
    ask: ['{"a": 1}', '[2]', hello],
    answer: `{"a": 1}\n[2]\n${hello}\n`,
    call: ['{"a":1}', '[2]'],
    prints: '{"a":1}\n[2]\n',
  },
  {
    service: 'upper',
    manners: ['whole'],
    ask: ['  hello '],
    answer: "HELLO\nb''\n",
    call: ['  hello '],
    prints: 'HELLO\n',
  },
  {
    service: 'record',
    manners: cut,
    ask: ['Ada Löve', '-36'],
    answer: 'Ada Löve -36\n',
    call: ['Ada', '36'],
    prints: 'Ada\n36\n',
  },
  ...['md5', 'sha1', 'sha256'].map((digest) => ({
    service: 'auth',
    manners: ['whole', 'bytes'],
    flags: ['--secret-file', secretFile, '--digest', digest],
    serverArgs: [digest],
    ask: [digest],
    answer: "Access Granted\nb''\n",
    call: ['--secret-file', secretFile, '--digest', digest],
    prints: 'Access Granted\n',
  })),
]

function* rowsOf({
  service,
  manners,
  flags = [],
  serverArgs = [],
  ask,
  answer,
  call: args,
  input,
  prints,
}: Tutorial): Generator<Row> {
  const variant = service === 'auth' ? `${serverArgs[0]}, ` : ''
  for (const manner of manners) {
    yield {
      service,
      direction: 'our server, Python client',
      manner: variant + manner,
      run: async () => {
        const server = await serve(service, ...flags)
        try {
          expect(await pythonCall(service, server.port, manner, ask), answer)
        } finally {
          await server.stop()
        }
      },
    }
    yield {
      service,
      direction: 'our client, Python server',
      manner: variant + manner,
      run: async () => {
        const server = await pythonServe(service, manner, ...serverArgs)
        try {
          expect(await call(service, server.port, args, input), prints)
        } finally {
          await server.stop()
        }
      },
    }
  }
}

/** The rows that are not alike in both directions. */
const others: readonly Row[] = [
  {
    service: 'info',
    direction: 'our server, Python client',
    manner: 'whole',
    run: async () => {
      const server = await serve('info')
      try {
        expect(await pythonCall('info', server.port, 'whole', ['hi', 'grüße']), 'True\nTrue\n')
      } finally {
        await server.stop()
      }
    },
  },
  {
    service: 'info',
    direction: 'our client, Python server',
    manner: 'whole',
    run: async () => {
      const server = await pythonServe('info', 'whole')
      try {
        const { stdout, status } = await call('info', server.port, [], 'hi\n\nthere\n')
        const lines = stdout.replace(/\('127\.0\.0\.1', \d+\)/g, 'ME')
        expect(
          { stdout: lines, status },
          "Hello, ME. I got this from you: 'hi'\nHello, ME. I got this from you: 'there'\n",
        )
      } finally {
        await server.stop()
      }
    },
  },
  {
    service: 'sticky',
    direction: 'our server, Python client',
    manner: 'bytes',
    run: async () => {
      const server = await serve('sticky')
      try {
        expect(await pythonCall('sticky', server.port, 'bytes', ['Hello', 'World']), 'all messages seen\n')
      } finally {
        await server.stop()
      }
    },
  },
  {
    service: 'greeter',
    direction: 'our server, Python client',
    manner: 'five at once, the answers delayed',
    run: async () => {
      const server = await serve('greeter', '--delay', '300ms')
      try {
        const all = await Promise.all(
          ['a', 'b', 'c', 'd', 'e'].map((name) => pythonCall('greeter', server.port, 'whole', [name])),
        )
        for (const [i, ended] of all.entries()) expect(ended, `Welcome!\nHello, ${'abcde'[i]}!\nb''\n`)
      } finally {
        await server.stop()
      }
    },
  },
  {
    service: 'auth',
    direction: 'our client, Python server',
    manner: 'a wrong secret',
    run: async () => {
      const wrong = `${secretFile}-wrong`
      writeFileSync(wrong, 'another secret for the tests')
      const server = await pythonServe('auth', 'whole', 'sha256')
      try {
        expect(await call('auth', server.port, ['--secret-file', wrong, '--digest', 'sha256']), '', 9)
      } finally {
        await server.stop()
      }
    },
  },
  {
    service: 'auth',
    direction: 'our server, Python client',
    manner: 'a wrong secret',
    run: async () => {
      const server = await serve('auth', '--secret-file', secretFile, '--digest', 'sha256')
      try {
        expect(await pythonCall('auth', server.port, 'whole', ['sha256', 'wrong']), "\nb''\n")
      } finally {
        await server.stop()
      }
    },
  },
]

export const rows: readonly Row[] = [...tutorials.flatMap((tutorial) => [...rowsOf(tutorial)]), ...others]
