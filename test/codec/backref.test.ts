import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  backref,
  bytes,
  CodecError,
  f64,
  map,
  option,
  record,
  string,
  timestamp,
  transform,
  u8,
  u16,
  u64,
  withExecution,
} from 'wirewright/codec'
import { toHex } from '#floor/bytes'
import { refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const pointer = { pointer: u16, mark: 0xc000 }

/** A value of the user's own whose contents nobody else can see. */
class Sealed {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  static open(sealed: Sealed): string {
    return sealed.#text
  }
}

for (const execution of executions)
  describe(`backref (${execution})`, () => {
    const pairs: [string, any, unknown, unknown][] = [
      ['maps', map(u8, u16, u8), new Map([[1, 2]]), new Map([[1, 3]])],
      ['zero and minus zero', record({ x: f64 }), { x: 0 }, { x: -0 }],
      [
        'infinities',
        record({ a: u8, x: f64 }),
        { a: 1, x: Number.POSITIVE_INFINITY },
        { a: 1, x: Number.NEGATIVE_INFINITY },
      ],
      ['dates', record({ at: timestamp(u64, 'ms'), b: u8 }), { at: new Date(1), b: 1 }, { at: new Date(2), b: 1 }],
      ['bigints', record({ n: u64 }), { n: 2n ** 63n }, { n: 2n ** 63n + 1n }],
      [
        'a field that is missing',
        record({ a: option(u8), b: option(u8), c: u16 }),
        { a: 1, b: undefined, c: 1 },
        { a: undefined, b: 1, c: 1 },
      ],
      ['bytes', bytes(u8), Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4)],
    ]
    for (const [what, of, first, second] of pairs)
      it(`points back for what is equal and never for what is not: ${what}`, () => {
        const codec = withExecution(array(backref(of, pointer), u8), execution)
        const different = codec.encode([first, second] as never)
        assert.deepEqual(codec.decode(different), [first, second])
        const same = codec.encode([first, first] as never)
        assert.deepEqual(codec.decode(same), [first, first])
        assert.ok(same.length < different.length, 'written out once')
      })

    it('never takes two values that it cannot look into for one', () => {
      const Inside = transform(string(u8), { decode: (text) => new Sealed(text), encode: Sealed.open })
      const codec = withExecution(array(backref(Inside, pointer), u8), execution)
      const bytes = codec.encode([new Sealed('abc'), new Sealed('xyz')])
      assert.deepEqual(codec.decode(bytes).map(Sealed.open), ['abc', 'xyz'])
    })

    it('refuses a value that would be taken for a pointer', () => {
      const codec = withExecution(array(backref(string(u8), pointer), u8), execution)
      const longest = 'x'.repeat(0xbf)
      assert.deepEqual(codec.decode(codec.encode([longest])), [longest])
      assert.throws(() => codec.encode([`${longest}x`]), refusal('MISMATCH', { path: '[0]', offset: 1 }))
    })

    it('refuses a value that contains itself', () => {
      const codec = withExecution(backref(array(array(u8, u8), u8), pointer), execution)
      const loop: unknown[] = []
      loop.push(loop)
      assert.throws(() => codec.encode(loop as never), CodecError)
    })

    it('writes out again what is no longer than a pointer', () => {
      const codec = withExecution(array(backref(u16, pointer), u8), execution)
      assert.equal(toHex(codec.encode([1, 1])), '0200010001')
    })
  })
