/** Every tutorial with Python's standard library at the other end, in both directions. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, type Ended, python, pythonCall, pythonServe, serve } from './processes.js'
import type { Direction, Manner, Row } from './row.js'

/** As many at once as `peers.py` has in a crowd. */
const CROWD = 6
/** Exit code of the command: the peer broke the protocol. */
const PROTOCOL = 5
const REFUSED = 9

const folder = mkdtempSync(join(tmpdir(), 'wirewright-interop-'))
const secretFile = join(folder, 'secret')
const wrongFile = join(folder, 'wrong')
writeFileSync(secretFile, 'a secret for the tests\n')
writeFileSync(wrongFile, 'another secret for the tests\n')

/** One tutorial: what each side is told, and what it must print. */
interface Tutorial {
  readonly service: string
  /** What tells it from another row of the same service. */
  readonly variant?: string
  /** Whether `npm test` may leave it out. */
  readonly isLarge?: boolean
  readonly manners: Readonly<Record<Direction, readonly Manner[]>>
  /** Flags of our server, arguments of the Python server. */
  readonly flags?: readonly string[]
  readonly serverArgs?: readonly string[]
  /** The Python client's arguments, and what it prints; in some manners something else. */
  readonly ask: readonly string[]
  readonly answer: string
  readonly answers?: Readonly<Partial<Record<Manner, string>>>
  /** Our client's arguments and input, and what it prints. */
  readonly call: readonly string[]
  readonly input?: string
  readonly prints: string
  /** The same, when the Python server speaks in another manner. */
  readonly printed?: Readonly<Partial<Record<Manner, Ended>>>
  /** What the server must have printed, as the original does. */
  readonly logs?: Readonly<Record<Direction, string>>
}

const both = (...manners: Manner[]): Tutorial['manners'] => ({ 'our server': manners, 'our client': manners })
const framed = both('whole', 'apart', 'bytes', 'slow')
/** Where a chunk is a message there is nothing to cut; but a text can be torn, and whoever sends one is refused. */
const chunked = both('whole', 'torn', 'slow')
const refused: Ended = { stdout: '', status: PROTOCOL }
const hello = '{"hello": "w\\u00f6rld", "n": [1, 2.5, null]}'

const tutorials: readonly Tutorial[] = [
  {
    service: 'square',
    manners: framed,
    ask: ['12345', '-7', '46340'],
    answer: '152399025\n49\n2147395600\n',
    call: ['12345'],
    prints: '152399025\n',
  },
  {
    service: 'values',
    manners: framed,
    ask: ['1', 'ab', '2.7'],
    answer: "b''\n",
    call: ['1', 'ab', '2.7'],
    prints: '0100000061620000cdcc2c40\n',
    logs: {
      'our server': "unpacked (1, b'ab', 2.700000047683716)",
      'our client': "0100000061620000cdcc2c40 (1, b'ab', 2.700000047683716)",
    },
  },
  {
    service: 'greeter',
    manners: chunked,
    ask: ['Michael', 'Zoë'],
    answer: "Welcome!\nHello, Michael!\nHello, Zoë!\nb''\n",
    answers: { torn: 'Welcome!\n\n' },
    call: ['Michael', 'Tracy', 'Sarah'],
    prints: 'Welcome!\nHello, Michael!\nHello, Tracy!\nHello, Sarah!\n',
    printed: { torn: refused },
  },
  {
    service: 'info',
    manners: chunked,
    ask: ['hi', 'grüße'],
    answer: 'True\nTrue\n',
    answers: { torn: '\n\n' },
    call: [],
    input: 'hi\n\nthere\n',
    prints: "Hello, ME. I got this from you: 'hi'\nHello, ME. I got this from you: 'there'\n",
    printed: { torn: refused },
  },
  {
    service: 'ack',
    manners: { 'our server': ['whole', 'bytes', 'slow'], 'our client': ['whole', 'slow'] },
    ask: ['Hello, Server', 'again'],
    answer: 'ACK: Hello, Server\nACK: again\n',
    answers: { bytes: Array.from('Hello, Serveragain', (letter) => `ACK: ${letter}\n`).join('') },
    call: ['Hello, Server'],
    prints: 'ACK: Hello, Server\n',
  },
  {
    service: 'datagram',
    manners: chunked,
    ask: ['Hello via UDP', 'again'],
    // One that is no text is dropped, and the next one is answered.
    answer: 'Message received\nMessage received\n',
    call: ['Hello via UDP'],
    prints: 'Message received\n',
  },
  {
    service: 'sticky',
    variant: 'framed',
    manners: { 'our server': framed['our server'], 'our client': ['whole', 'bytes', 'slow'] },
    flags: ['--framed'],
    ask: ['framed', 'Hello', 'World'],
    answer: 'Hello\nWorld\n',
    call: ['--framed'],
    prints: 'Hello\nWorld\n',
  },
  {
    service: 'sticky',
    variant: 'as it is',
    // What our client prints is what nobody knows beforehand.
    manners: { 'our server': ['whole', 'bytes', 'slow'], 'our client': [] },
    ask: ['plain', 'Hello', 'World'],
    answer: 'HelloWorld\n',
    call: [],
    prints: '',
  },
  {
    service: 'messages',
    manners: framed,
    flags: ['--reply'],
    serverArgs: ['answered'],
    ask: ['answered', '{"a": 1}', '[2]', hello],
    answer: `{"a": 1}\n[2]\n${hello}\n`,
    call: ['{"a":1}', '[2]'],
    prints: '{"a":1}\n[2]\n',
    logs: { 'our server': 'received {"a":1}', 'our client': '{"a": 1}' },
  },
  {
    service: 'messages',
    variant: 'unanswered',
    manners: { 'our server': framed['our server'], 'our client': ['whole', 'slow'] },
    serverArgs: ['unanswered'],
    ask: ['unanswered', '{"a": 1}', '[2]'],
    answer: "b''\n",
    call: ['--no-wait', '{"a":1}', '[2]'],
    prints: '',
    logs: { 'our server': 'received [2]', 'our client': '[2]' },
  },
  ...['md5', 'sha1', 'sha256', 'sha512'].map((digest) => ({
    service: 'auth',
    variant: digest,
    isLarge: digest !== 'sha256',
    manners: both('whole', 'apart', 'bytes', 'slow', 'wrong'),
    flags: ['--secret-file', secretFile, '--digest', digest],
    serverArgs: [digest],
    ask: [digest],
    answer: "Access Granted\nb''\n",
    answers: { wrong: "\nb''\n" },
    call: ['--secret-file', secretFile, '--digest', digest],
    prints: 'Access Granted\n',
  })),
  {
    service: 'upper',
    manners: chunked,
    ask: ['  hello '],
    answer: "HELLO\nb''\n",
    answers: { torn: "\nb''\n" },
    call: ['  hello '],
    prints: 'HELLO\n',
    printed: { torn: refused },
  },
  {
    service: 'record',
    manners: framed,
    ask: ['Ada Löve', '-36'],
    answer: 'Ada Löve -36\n',
    call: ['Ada', '36'],
    prints: 'Ada\n36\n',
  },
]

function expect(ended: Ended, stdout: string, status = 0): void {
  // A client's own address is another each time.
  const got = ended.stdout.replaceAll(/\('127\.0\.0\.1', \d+\)/g, 'ME')
  if (got !== stdout || ended.status !== status)
    throw new Error(`expected ${JSON.stringify(stdout)} and ${status}, got ${JSON.stringify(got)} and ${ended.status}`)
}

async function ourServer({ service, flags = [], ask, answer, answers, logs }: Tutorial, manner: Manner): Promise<void> {
  const server = await serve(service, flags)
  try {
    const expected = answers?.[manner] ?? answer
    const times = manner === 'slow' ? CROWD : 1
    expect(await pythonCall(service, server.port, manner, ask), expected.repeat(times))
    // Whatever was refused, the next one is answered.
    if (expected !== answer) expect(await pythonCall(service, server.port, 'whole', ask), answer)
    if (logs) await server.says(logs['our server'])
  } finally {
    await server.stop()
  }
}

async function ourClient(tutorial: Tutorial, manner: Manner): Promise<void> {
  const { service, serverArgs = [], call: args, input, prints, printed, logs } = tutorial
  const server = await pythonServe(service, manner, serverArgs)
  try {
    if (manner === 'wrong')
      return expect(await call(service, server.port, ['--secret-file', wrongFile, ...args.slice(2)]), '', REFUSED)
    const all = Array.from({ length: manner === 'slow' ? CROWD : 1 }, () => call(service, server.port, args, input))
    const expected = printed?.[manner] ?? { stdout: prints, status: 0 }
    for (const ended of await Promise.all(all)) expect(ended, expected.stdout, expected.status ?? 0)
    if (logs) await server.says(logs['our client'])
  } finally {
    await server.stop()
  }
}

function row(tutorial: Tutorial, direction: Direction): Row {
  const { service, variant, manners, isLarge = false } = tutorial
  const attempt = direction === 'our server' ? ourServer : ourClient
  return {
    service: variant === undefined ? service : `${service}, ${variant}`,
    direction,
    peer: python?.version ?? 'none',
    cells: Object.fromEntries(manners[direction].map((manner) => [manner, () => attempt(tutorial, manner)])),
    // Whoever understands single bytes understands the others; one digest stands for all.
    small: isLarge ? [] : ['bytes', 'torn', 'slow', 'wrong'],
  }
}

export const rows: readonly Row[] = tutorials.flatMap((tutorial) =>
  (['our server', 'our client'] as const)
    .filter((direction) => tutorial.manners[direction].length > 0)
    .map((direction) => row(tutorial, direction)),
)
