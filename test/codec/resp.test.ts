/** RESP, the protocol of Redis: its grammar is its boundary, so that a scan finds where each value ends. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DecodeError, withExecution } from 'wirewright/codec'
import { selfDelimiting } from 'wirewright/framing'
import { executions } from './support/proves.js'
import { Resp, type Value, Variant } from './support/resp.js'

const ascii = (text: string) => new TextEncoder().encode(text)
const examples: [string, Value][] = [
  ['+OK\r\n', 'OK'],
  ['-ERR no\r\n', new Error('ERR no')],
  [':-42\r\n', -42],
  ['$5\r\nhello\r\n', ascii('hello')],
  ['$0\r\n\r\n', new Uint8Array(0)],
  ['$-1\r\n', null],
  ['*0\r\n', []],
  ['*3\r\n:1\r\n*1\r\n$3\r\n\r\n+\r\n$-1\r\n', [1, [ascii('\r\n+')], null]],
]

for (const execution of executions)
  describe(`RESP (${execution})`, () => {
    const resp = withExecution(Resp, execution)

    it('reads and writes every kind of value', () => {
      for (const [text, value] of examples) {
        assert.deepEqual(resp.decode(ascii(text)), value, text)
        assert.deepEqual(resp.encode(value), ascii(text), text)
      }
      assert.equal(resp.decode(ascii('*-1\r\n')), null)
    })

    it('is a framing: each value in a stream is found, however the stream is cut', () => {
      const stream = ascii(examples.map(([text]) => text).join(''))
      for (let piece = 1; piece < 9; piece++) {
        const decoder = selfDelimiting(resp).decoder()
        const found: Value[] = []
        for (let at = 0; at < stream.length; at += piece) {
          decoder.write(stream.subarray(at, at + piece))
          while (decoder.read()) found.push(resp.decode(decoder.bytes, decoder.start, decoder.end))
        }
        assert.deepEqual(
          found,
          examples.map(([, value]) => value),
        )
      }
    })

    it('says how many bytes there will be as soon as it is told', () => {
      const bytes = ascii('$1000000\r\nab')
      assert.equal(resp.boundary().scan(bytes, 0, bytes.length), -1000010)
    })

    it('refuses what is no value: at once where the grammar is broken, and in any case when decoding', () => {
      for (const text of ['?', '*1\r\n!', '$x\r\n', '*-\r\n'])
        assert.throws(() => resp.boundary().scan(ascii(text), 0, text.length), DecodeError, text)
      for (const text of [':x\r\n', '$3\r\nabcd\r\n', '$3\r\nab\r\n'])
        assert.throws(() => resp.decode(ascii(text)), DecodeError, text)
    })

    it('looks at each byte once, however the bytes arrive', () => {
      // The bytes are counted as they are looked at.
      let looks = 0
      const watch = (bytes: Uint8Array): Uint8Array =>
        new Proxy(bytes, {
          get(target, key) {
            if (key === 'indexOf')
              return (byte: number, from: number) => {
                const at = target.indexOf(byte, from)
                looks += (at < 0 ? target.length : at + 1) - from
                return at
              }
            if (typeof key === 'string' && /^\d+$/.test(key)) looks++
            const value = Reflect.get(target, key, target)
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      const cost = (items: number): number => {
        looks = 0
        const bytes = ascii(`*${items}\r\n${'+a longer line than most\r\n'.repeat(items)}`)
        const boundary = Variant.boundary()
        let length = -1
        for (let end = 1; length < 0; end++) length = boundary.scan(watch(bytes.subarray(0, end)), 0, end)
        assert.equal(length, bytes.length)
        return looks / bytes.length
      }
      const [few, many] = [cost(10), cost(100)]
      assert.ok(many < few * 1.5 && many < 6, `${few} and ${many} looks at a byte`)
    })
  })
