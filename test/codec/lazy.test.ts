import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  at,
  field,
  header,
  lazy,
  option,
  record,
  refine,
  rest,
  type Schema,
  type StandardSchema,
  sized,
  transform,
  u8,
  u16,
  union,
  when,
  withExecution,
} from 'wirewright/codec'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

const deep = (error: unknown) => refusal('TOO_DEEP')(error) || damage('TOO_DEEP')(error)

/** A chain through each combinator that may hold another codec: one with so many links, and the bytes of one link. */
const any: StandardSchema<any> = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
const Option: Schema<any> = record({ next: option(lazy(() => Option)) })
const List: Schema<any> = array(
  lazy(() => List),
  u8,
)
const Union: Schema<any> = union(u8, { end: [0, record({})], more: [1, lazy(() => Union)] })
const Transform: Schema<any> = transform(option(lazy(() => Transform)), {
  decode: (next) => ({ next }),
  encode: ({ next }: any) => next,
})
const Refine: Schema<any> = record({
  next: option(
    refine(
      lazy(() => Refine),
      any,
    ),
  ),
})
const When: Schema<any> = record({
  more: u8,
  next: when(
    field('more').eq(1),
    lazy(() => When),
  ),
})
const Sized: Schema<any> = record({
  next: option(
    sized(
      u16,
      lazy(() => Sized),
    ),
  ),
})
const Two: Schema<any> = record({ next: option(lazy(() => Other)) })
const Other: Schema<any> = record({ next: option(lazy(() => Two)) })
const linked = (wrap: (inner: any) => any, last: any, links: number): any =>
  links === 0 ? last : wrap(linked(wrap, last, links - 1))

const chains: [string, Schema<any>, (inner: any) => any, any][] = [
  ['option', Option, (next) => ({ next }), { next: undefined }],
  ['array', List, (inner) => [inner], []],
  ['union', Union, (value) => ({ type: 'more', value }), { type: 'end', value: {} }],
  ['transform', Transform, (next) => ({ next }), { next: undefined }],
  ['refine', Refine, (next) => ({ next }), { next: undefined }],
  ['when', When, (next) => ({ more: 1, next }), { more: 0, next: undefined }],
  ['sized', Sized, (next) => ({ next }), { next: undefined }],
  ['one another', Two, (next) => ({ next }), { next: undefined }],
]

/** All of them write a link as 01 and the end as 00; a sized one also says how much follows. */
function wireOf(what: string, links: number): Uint8Array {
  let bytes = [0]
  for (let i = 0; i < links; i++)
    bytes = what === 'sized' ? [1, bytes.length >> 8, bytes.length & 255, ...bytes] : [1, ...bytes]
  return Uint8Array.from(bytes)
}

for (const execution of executions)
  describe(`lazy (${execution})`, () => {
    for (const [what, schema, wrap, last] of chains)
      it(`takes 64 levels through ${what}, and refuses one more in every direction`, () => {
        const codec = withExecution(schema, execution)
        const value = linked(wrap, last, 64)
        const bytes = codec.encode(value)
        assert.deepEqual(codec.decode(bytes), value)
        assert.equal(codec.boundary().scan(bytes, 0, bytes.length), bytes.length)
        assert.throws(() => codec.encode(linked(wrap, last, 65)), deep)
        const tooMuch = wireOf(what, 65)
        assert.deepEqual(wireOf(what, 64), bytes)
        assert.throws(() => codec.decode(tooMuch), deep)
        // What `sized` holds is skipped by a scan, whatever it is.
        if (what !== 'sized') assert.throws(() => codec.boundary().scan(tooMuch, 0, tooMuch.length), deep)
        const errors: unknown[] = []
        const collect = (node: any) => {
          if (node.error) errors.push(node.error)
          for (const part of node.fields ?? []) collect(part)
        }
        collect(codec.inspect(tooMuch))
        assert.deepEqual(errors.map(deep), [true])
      })

    it('has a depth of its own where that is said, and counts levels, not siblings', () => {
      const Tree: Schema<any> = array(
        lazy(() => Tree, { depth: 2 }),
        u8,
      )
      const codec = withExecution(Tree, execution)
      const wide = Array.from({ length: 200 }, () => [[]])
      assert.deepEqual(codec.decode(codec.encode(wide)), wide)
      assert.throws(() => codec.encode([[[[]]]]), deep)
      assert.deepEqual(codec.decode(codec.encode(wide)), wide, 'after an error, too')
    })

    it('refuses a value that contains itself', () => {
      const codec = withExecution(Option, execution)
      const loop: any = {}
      loop.next = loop
      assert.throws(() => codec.encode(loop), deep)
    })

    it('sees what is around it through the context only, never fields of a record that it stands in', () => {
      const Inner: Schema<any, any, any, any> = record({ list: array(u8, field('n')) })
      const inside = withExecution(record({ n: u8, a: array(u8, field('n')), in: lazy(() => Inner) }), execution)
      const unresolved = refusal('UNRESOLVED')
      assert.throws(() => inside.encode({ a: [1], in: { list: [1] } }), unresolved)
      assert.throws(() => inside.decode(Uint8Array.of(1, 1, 1)), unresolved)
      const context = { header: { n: 1 } }
      const outside = withExecution(
        lazy(() => record({ list: array(u8, header('n')) })),
        execution,
      )
      assert.deepEqual(outside.decode(Uint8Array.of(7), 0, 1, context), { list: [7] })
    })

    it('refuses to scan for an end that nothing marks', () => {
      const ends = withExecution(
        lazy(() => rest()),
        execution,
      )
      assert.deepEqual(ends.decode(Uint8Array.of(1, 2)), Uint8Array.of(1, 2))
      assert.throws(() => ends.boundary().scan(Uint8Array.of(1, 2), 0, 2), refusal('ENDLESS'))
    })

    it('does not let a few bytes say a tree of a million leaves: offsets that share what they point to', () => {
      const Node: Schema<any> = record({
        kind: u8,
        pair: when(
          field('kind').eq(1),
          record({
            a: at(
              u8,
              lazy(() => Node),
            ),
            b: at(
              u8,
              lazy(() => Node),
            ),
          }),
        ),
      })
      const codec = withExecution(Node, execution)
      const levels = 40
      const bytes = Uint8Array.from({ length: levels * 3 + 1 }, (_, i) =>
        i % 3 === 0 ? Number(i < levels * 3) : Math.floor(i / 3) * 3 + 3,
      )
      assert.throws(() => codec.decode(bytes), damage('TOO_MANY'))
      const shared = codec.decode(Uint8Array.of(1, 3, 3, 1, 6, 6, 0))
      assert.deepEqual(shared.pair.a, shared.pair.b)
    })
  })
