/** The page about limits has every limit, each with the default that the code has. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  DEFAULT_LIMITS,
  DEFAULT_MAX_FRAME_LENGTH,
  datagram,
  type Env,
  lazy,
  option,
  record,
  type Schema,
  varintPrefix,
} from 'wirewright'
import { AUTH_LIMITS } from 'wirewright/auth'
import { nodeEnv } from 'wirewright/node'
import { DEFAULT_SESSION_LIMITS } from 'wirewright/session'
import { Admission } from '#floor/server'
import { codeIn, page, rowsBelow } from './markdown.js'

const text = page('docs/limits.md')
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, bytes: 1, ms: 1, s: 1000 }

/** The limits below a heading by their names, in bytes, milliseconds or pieces. */
function limitsBelow(heading: string): Record<string, number> {
  return Object.fromEntries(
    rowsBelow(text, heading).map(([name, value, why, breach]) => {
      assert.ok(why && breach, `${name} has its reason, and what happens`)
      const [, number, unit] = /^([\d ]*\d) ?([A-Za-z]*)$/.exec(value!) ?? []
      const size =
        value === 'never' ? Number.POSITIVE_INFINITY : Number(number?.replaceAll(' ', '')) * (UNITS[unit!] ?? 1)
      assert.ok(!Number.isNaN(size), `${value} is a number`)
      return [codeIn(name!), size]
    }),
  )
}

/** What the source gives an option that was left out: `name = 10_000`, `name: 10_000` or a constant's name there. */
function defaultIn(file: string, name: string): number {
  const source = readFileSync(`src/${file}.ts`, 'utf8')
  const found = new RegExp(`\\b${name}(?: = |: (?:number = )?)([A-Z\\d][\\w. *]*)`).exec(source)?.[1]
  assert.ok(found, `src/${file}.ts has ${name}`)
  if (/^[A-Z]+(_[A-Z]+)+$/.test(found)) return defaultIn(file, found)
  if (found === 'Number.POSITIVE_INFINITY') return Number.POSITIVE_INFINITY
  return found
    .replaceAll('_', '')
    .split('*')
    .reduce((product, factor) => product * Number(factor), 1)
}

describe('the page about limits', () => {
  it('has those of a connection', () => {
    const shown = limitsBelow('## One connection')
    assert.deepEqual(shown, DEFAULT_LIMITS)
    assert.deepEqual({ ...shown, ...DEFAULT_SESSION_LIMITS }, shown)
  })

  it('has those of a handshake', () => assert.deepEqual(limitsBelow('## A handshake'), AUTH_LIMITS))

  it('has those of frames and values', () => {
    const depth = (levels: number): Uint8Array => new Uint8Array(levels).fill(1).with(levels - 1, 0)
    interface Chain {
      next?: Chain | undefined
    }
    const Chain: Schema<Chain> = lazy(() => record({ next: option(Chain) }))
    let deepest = 1
    while (succeeds(() => Chain.decode(depth(deepest + 1)))) deepest++
    // A length whose every byte says that it goes on is refused with its last one.
    let longest = 1
    while (succeeds(() => waits(new Uint8Array(longest).fill(0x80)))) longest++
    assert.deepEqual(limitsBelow('## Frames and values'), {
      maxFrameLength: DEFAULT_MAX_FRAME_LENGTH,
      'datagram({ maxFrameLength })': datagram().maxFrameLength,
      'varintPrefix({ maxPrefixLength })': longest,
      'lazy(…, { depth })': deepest,
    })
  })

  it('has those of the door: as many are let in, and one more is not', () => {
    let now = 0
    const env: Env = { ...nodeEnv, now: () => now, random: (length) => new Uint8Array(length).fill(255) }
    const fill = (host: string | undefined, between: (admission: Admission) => void): [string, number] => {
      const admission = new Admission({})
      for (let count = 0; ; count++) {
        const peer = { transport: 'tcp', ...(host !== undefined && { host }), port: 1 }
        const refusal = admission.enter(peer, env)
        if (refusal) return [refusal, count]
        between(admission)
      }
    }
    const found = Object.fromEntries([
      fill(undefined, () => {}),
      fill('192.0.2.7', () => (now += 1000)),
      fill('192.0.2.7', (admission) => admission.leave({ transport: 'tcp', host: '192.0.2.7', port: 1 })),
      fill(undefined, (admission) => admission.unauthenticated++),
    ])
    assert.deepEqual(limitsBelow("## The server's door"), found)
  })

  for (const [heading, files] of [
    [
      '## TCP, TLS, Unix sockets',
      {
        connectTimeoutMs: ['node/tcp-dial', 'node/unix'],
        attemptDelayMs: ['node/tcp-dial'],
        keepAliveMs: ['node/tcp-dial'],
        backlog: ['node/stream-listener:DEFAULT_BACKLOG'],
        handshakeTimeoutMs: ['node/tls-options:DEFAULT_HANDSHAKE_TIMEOUT_MS'],
      },
    ],
    [
      '## UDP',
      {
        maxDatagramLength: ['node/udp'],
        maxQueuedBytes: ['node/udp-socket'],
        maxPeers: ['node/udp'],
        peerIdleMs: ['node/udp'],
      },
    ],
    [
      '## A client that comes back',
      {
        ...{ firstMs: ['client/reconnect'], maxMs: ['client/reconnect'], stableMs: ['client/reconnect'] },
        ...{ maxAttempts: ['client/reconnect'], maxRefusals: ['client/reconnect'] },
        ...{ maxMessages: ['client/keeper'], maxBytes: ['client/keeper'] },
      },
    ],
  ] as const)
    it(`has those of ${heading.slice(3)}`, () => {
      const shown = limitsBelow(heading)
      assert.deepEqual(Object.keys(shown), Object.keys(files))
      for (const [name, places] of Object.entries(files) as [string, readonly string[]][])
        for (const place of places) {
          const [file, constant = name] = place.split(':')
          assert.equal(defaultIn(file!, constant), shown[name], `${name} in src/${file}.ts`)
        }
    })
})

function waits(bytes: Uint8Array): void {
  const decoder = varintPrefix().decoder()
  decoder.write(bytes)
  decoder.read()
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
