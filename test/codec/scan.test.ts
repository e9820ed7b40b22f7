/** How much work it is to find where a value ends while its bytes are arriving. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  backref,
  bytes,
  cstring,
  field,
  lazy,
  option,
  record,
  type Schema,
  sized,
  string,
  transform,
  u8,
  u16,
  union,
  until,
  when,
} from 'wirewright/codec'

/** Bytes that count how often one of them is looked at. */
function counted(of: Uint8Array): { readonly bytes: Uint8Array; looks: number } {
  const counter = { bytes: of, looks: 0 }
  const watch = (bytes: Uint8Array): Uint8Array =>
    new Proxy(bytes, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) counter.looks++
        if (key === 'subarray') return (start: number, end: number) => watch(target.subarray(start, end))
        if (key === 'indexOf')
          return (byte: number, from = 0) => {
            const found = target.indexOf(byte, from)
            counter.looks += (found < 0 ? target.length : found + 1) - from
            return found
          }
        return Reflect.get(target, key)
      },
    })
  counter.bytes = watch(of)
  return counter
}

const line = string(until('\r\n'))
const long = 'x'.repeat(3000)
const CASES: readonly (readonly [name: string, codec: Schema<any, any, any, any>, value: unknown])[] = [
  ['a line', line, long],
  ['bytes', bytes(until('\r\n')), long],
  ['cstring', cstring(), long],
  ['sized', sized(until('\r\n'), string()), long],
  ['record', record({ a: u8, b: line, c: line }), { a: 1, b: long, c: long }],
  ['union', union(u8, { a: [1, line] }), { type: 'a', value: long }],
  ['option', option(line), long],
  ['lazy', lazy(() => line), long],
  ['array', array(line, u8), [long, '', long]],
  ['when', record({ a: u8, b: when(field('a').eq(1), line) }), { a: 1, b: long }],
  ['transform', transform(line, { decode: Number, encode: String }), long],
  ['backref', backref(line, { pointer: u16, mark: 0xc000 }), long],
  ['an array up to a terminator', array(u8, until('\r\n')), Array(3000).fill(7)],
  ['lines up to a terminator', array(line, until('\r\n')), [long, long]],
]

describe('a scan', () => {
  for (const [name, codec, value] of CASES)
    it(`looks at each byte a few times, however few come at a time: ${name}`, () => {
      const message = codec.encode(value)
      // What lies behind the bytes that have arrived is none of its business: here room for as many more.
      const storage = new Uint8Array(2 * message.length).fill(0x78)
      storage.set(message)
      const counter = counted(storage)
      for (const piece of [1, 7, 100]) {
        counter.looks = 0
        const boundary = codec.boundary()
        let found = -1
        for (let end = piece; found < 0; end += piece)
          found = boundary.scan(counter.bytes, 0, Math.min(end, message.length))
        assert.equal(found, message.length)
        assert.ok(counter.looks <= 4 * message.length, `${counter.looks} looks at ${message.length} bytes by ${piece}`)
      }
    })

  it('decodes an array up to a terminator by looking at each byte a few times', () => {
    const codec = array(u8, until(0xff))
    const message = codec.encode(Array(3000).fill(7))
    const { indexOf } = Uint8Array.prototype
    let looks = 0
    Uint8Array.prototype.indexOf = function (byte, from = 0) {
      const found = indexOf.call(this, byte, from)
      looks += (found < 0 ? this.length : found + 1) - from
      return found
    }
    try {
      assert.equal(codec.decode(message).length, 3000)
    } finally {
      Uint8Array.prototype.indexOf = indexOf
    }
    assert.ok(looks <= 4 * message.length, `${looks} looks at ${message.length} bytes`)
  })
})
