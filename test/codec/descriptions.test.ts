/** Codecs as plain data, and back. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  backref,
  CodecError,
  type FromDescriptionOptions,
  fromDescription,
  fromStruct,
  lazy,
  record,
  rest,
  type Schema,
  string,
  u8,
  u16,
} from 'wirewright/codec'
import { struct } from 'wirewright/struct'
import type { Codec } from '#ground/codec'
import { dotted, Message } from './support/dns.js'
import { refusal } from './support/matchers.js'

/** As another program would get it. */
function carried(codec: Schema<any, any, any, any>, options?: FromDescriptionOptions) {
  return fromDescription(JSON.parse(JSON.stringify(codec.describe())), options)
}

/** A codec by somebody who made it of one of ours. */
function pick(codec: Codec<number>): Omit<Codec<number>, 'describe'> {
  return {
    ...{ fixedSize: codec.fixedSize, minSize: codec.minSize, maxSize: codec.maxSize },
    encode: (value) => codec.encode(value),
    encodeInto: (value, target, offset) => codec.encodeInto(value, target, offset),
    encodeTo: (value, output) => codec.encodeTo(value, output),
    encodedSize: (value) => codec.encodedSize(value),
    decode: (bytes, start, end) => codec.decode(bytes, start, end),
    decodeFrom: (bytes, start, end) => codec.decodeFrom(bytes, start, end),
    inspect: (bytes, start, end) => codec.inspect(bytes, start, end),
  }
}

describe('descriptions of parts that occur more than once', () => {
  const pointer = { pointer: u16, mark: 0xc000 }
  const name = 'example.com'

  it('know what is one back reference, which remembers, and what are two', () => {
    const Name = backref(string(u8), pointer)
    const one = record({ q: Name, a: array(record({ n: Name }), u8) })
    const value = { q: name, a: [{ n: name }, { n: name }] }
    assert.equal(carried(one).encode(value).length, 12 + 1 + 2 * 2)
    assert.deepEqual(carried(one).encode(value), one.encode(value))
    const two = record({ q: backref(string(u8), pointer), a: backref(string(u8), pointer) })
    assert.equal(carried(two).encode({ q: name, a: name }).length, 24)
  })

  it('know that also of one that contains itself, in every section of a DNS message', () => {
    const again = carried(Message, { functions: { dotted } })
    const answer = { name, class: 1, ttl: 60, data: { type: 'ns', value: `ns.${name}` } }
    const message = {
      id: 1,
      flags: { response: 1, opcode: 0, authoritative: 0, truncated: 0, desired: 1, available: 1, zero: 0, code: 0 },
      question: [{ name, type: 2, class: 1 }],
      ...{ answer: [answer], authority: [answer], additional: [] },
    }
    assert.deepEqual(again.encode(message), Message.encode(message as never))
    assert.deepEqual(again.describe(), JSON.parse(JSON.stringify(Message.describe())))
  })

  it('write each of them out once', () => {
    let codec: Schema<any, any, any, any> = record({ x: u8, y: u8 })
    for (let i = 0; i < 40; i++) codec = record({ a: codec, b: codec })
    const text = JSON.stringify(codec.describe())
    assert.ok(text.length < 8000, `${text.length} characters`)
    assert.equal(JSON.stringify(carried(codec).describe()), text)
  })

  it('know codecs that contain each other, whichever comes first', () => {
    interface Tree {
      value: number
      branches: Tree[]
    }
    const Branch: Schema<Tree> = lazy(() => Tree)
    const Tree: Schema<Tree> = record({ value: u8, branches: array(Branch, u8) })
    const value = { value: 1, branches: [{ value: 2, branches: [] }] }
    for (const [codec, given] of [
      [Tree, value],
      [Branch, value],
      [record({ first: Branch, second: Tree }), { first: value, second: value }],
      [record({ first: Tree, second: Branch }), { first: value, second: value }],
    ] as const) {
      const again = carried(codec as Schema<any>)
      assert.deepEqual(again.encode(given), codec.encode(given as never))
      assert.deepEqual(again.describe(), codec.describe())
    }
  })

  it('are refused where a part would be its own part, or is nowhere', () => {
    const again = { kind: 'again', id: 1 }
    for (const wrong of [
      again,
      { kind: 'record', id: 1, fields: [{ name: 'a', of: again }] },
      { kind: 'record', id: 0, fields: [{ name: 'a', of: again }] },
    ])
      assert.throws(() => fromDescription(wrong), refusal('BAD_DEFINITION', { message: /number 1/ }))
  })
})

describe('descriptions', () => {
  it('know structs, named and within records', () => {
    for (const part of [struct('!HB'), struct('<HB', ['a', 'b']), fromStruct(struct('!HB'), ['x', 'y'])]) {
      const codec = record({ head: part as Codec<any>, rest: rest() })
      const value = codec.decode(Uint8Array.of(0, 1, 2, 3))
      assert.deepEqual(carried(codec).decode(Uint8Array.of(0, 1, 2, 3)), value)
      assert.deepEqual(carried(codec).describe(), codec.describe())
    }
  })

  it('are read back with the functions and foreign codecs that they name', () => {
    const mine: Codec<number> = { ...pick(u8), describe: () => ({ kind: 'mine', id: 0 }) }
    const codec = record({ head: mine, tail: mine, rest: rest() })
    const again = fromDescription(codec.describe(), { foreign: (d) => (d.kind === 'mine' ? mine : undefined) })
    assert.deepEqual(again.decode(Uint8Array.of(1, 2, 3)), codec.decode(Uint8Array.of(1, 2, 3)))
    assert.throws(() => fromDescription(codec.describe()), /nothing is described by "mine"/)
    assert.throws(() => fromDescription({ kind: 'toString' }), CodecError)
    assert.throws(() => fromDescription({ kind: 'transform', of: { kind: 'u8' }, name: 'x' }), /"x" is not given/)
  })
})
