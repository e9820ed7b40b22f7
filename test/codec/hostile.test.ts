/** Definitions and bytes that mean harm. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bits,
  bytes,
  CodecError,
  DecodeError,
  enumeration,
  field,
  flags,
  map,
  record,
  string,
  u8,
  u16,
  u32,
  union,
  varint,
  when,
  withExecution,
} from 'wirewright/codec'
import { executions } from './support/proves.js'

const PIECES = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\n',
    '\r',
    '\u2028',
    '\u2029',
    '${',
    '}',
    ')',
    '(',
    ';',
    ']',
    '[',
    '//',
    '/*',
    '*/',
    '\0',
    '\ud800',
    ' ',
    '\\u0022',
  ],
  ...[
    'globalThis.pwned=1',
    'process.exit(1)',
    'throw 1',
    'constructor',
    '__proto__',
    'a',
    '=>',
    '<!--',
    '-->',
    'M',
    'b',
    'p',
    'v0',
    'k0',
    'return',
  ],
]

function* hostileNames(count: number): Generator<string> {
  let state = 12345
  const next = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >> 8) % limit
  }
  for (let i = 0; i < count; i++) {
    let name = ''
    for (let k = next(6) + 1; k > 0; k--) name += PIECES[next(PIECES.length)]
    yield name + i
  }
}

describe('hostile names', () => {
  for (const execution of executions)
    it(`do no harm as names of fields, bits, flags, variants or values (${execution})`, () => {
      const before = Object.getOwnPropertyNames(globalThis).length
      let tried = 0
      for (const name of hostileNames(10_000)) {
        tried++
        const value = { [name]: 1, other: { [name]: 2, rest: 3 } as Record<string, number> }
        const schema = record({ [name]: u8, other: bits(u16, { [name]: 4, rest: 12 }) })
        const define = () =>
          tried % 10 === 0
            ? record({
                [name]: u8,
                other: bits(u16, { [name]: 4, rest: 12 }),
                set: flags(u8, { [name]: 1 }),
                one: enumeration(u8, { [name]: 7 }),
                choice: union(string(u8), { [name]: [name.slice(0, 60), u8] }),
              })
            : schema
        const full =
          tried % 10 === 0 ? { ...value, set: { [name]: true }, one: name, choice: { type: name, value: 1 } } : value
        let run: any
        try {
          run = withExecution(define(), execution)
        } catch (error) {
          // A tag with half a character in it is no text.
          assert.ok(error instanceof CodecError && /d800/.test(error.message), String(error))
          continue
        }
        assert.deepEqual(run.decode(run.encode(full)), full)
      }
      assert.equal(tried, 10_000)
      assert.equal(Object.getOwnPropertyNames(globalThis).length, before)
      assert.equal('pwned' in globalThis, false)
    })

  it('reach no prototype through a map', () => {
    const codec = map(string(u8), u8, u8)
    const decoded = codec.decode(
      codec.encode(
        new Map([
          ['__proto__', 1],
          ['constructor', 2],
        ]),
      ),
    )
    assert.deepEqual(
      [...decoded],
      [
        ['__proto__', 1],
        ['constructor', 2],
      ],
    )
    assert.equal(({} as Record<string, unknown>)['1'], undefined)
  })
})

describe('promises that the bytes do not keep', () => {
  const bombs: [string, { decode(bytes: Uint8Array): unknown }, number[]][] = [
    ['a string of 4 GiB', string(u32), [0xff, 0xff, 0xff, 0xff, 1]],
    ['bytes of 4 GiB', bytes(u32), [0xff, 0xff, 0xff, 0xff, 1]],
    ['4 billion numbers', array(u16, u32), [0xff, 0xff, 0xff, 0xff, 1, 1]],
    ['4 billion strings', array(string(u8), varint), [0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
    ['4 billion of nothing', array(record({}), u32), [0xff, 0xff, 0xff, 0xff]],
    [
      '4 billion of what may be nothing',
      record({ n: u32, a: array(when(field('n').eq(1), u8), field('n')) }),
      [0xff, 0xff, 0xff, 0xff],
    ],
    ['4 billion entries', map(u16, u16, u32), [0xff, 0xff, 0xff, 0xff, 1]],
  ]
  for (const [what, codec, given] of bombs)
    for (const execution of executions)
      it(`cost no memory: ${what} (${execution})`, () => {
        const run = withExecution(codec as never, execution) as unknown as typeof codec
        const damaged = Uint8Array.from(given)
        assert.throws(() => run.decode(damaged), DecodeError)
        const before = process.memoryUsage()
        for (let i = 0; i < 100; i++) assert.throws(() => run.decode(damaged), DecodeError)
        const after = process.memoryUsage()
        // A hundred errors with their stacks; a single kept promise would be thousands of times as much.
        assert.ok(after.arrayBuffers - before.arrayBuffers < 1_000_000)
        assert.ok(after.heapUsed - before.heapUsed < 20_000_000)
      })

  it('give bytes that are their own: what was decoded outlives its buffer', () => {
    const codec = record({ tag: bytes(2), body: bytes(u8), long: bytes(u8) })
    const buffer = Buffer.from(codec.encode({ tag: 'ab', body: 'cdef', long: 'x'.repeat(60) }))
    const decoded = codec.decode(buffer)
    buffer.fill(0)
    assert.equal(Buffer.from(decoded.tag).toString(), 'ab')
    assert.equal(Buffer.from(decoded.body).toString(), 'cdef')
    assert.equal(Buffer.from(decoded.long).toString(), 'x'.repeat(60))
    for (const part of Object.values(decoded)) assert.equal(Object.getPrototypeOf(part), Uint8Array.prototype)
  })

  it('and windows only where they were asked for', () => {
    const codec = bytes(u8, { views: true })
    const buffer = codec.encode('abc')
    const window = codec.decode(buffer)
    buffer[1] = 0x7a
    assert.equal(Buffer.from(window).toString(), 'zbc')
  })

  it('leave nothing of an earlier message in padding or short strings', () => {
    const codec = record({ a: u8, s: string(8), b: u8 })
    const target = new Uint8Array(10).fill(0xa5)
    codec.encodeInto({ a: 1, s: 'x', b: 2 }, target)
    assert.deepEqual([...target], [1, 0x78, 0, 0, 0, 0, 0, 0, 0, 2])
  })
})
