import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import {
  array,
  bytes,
  CodecError,
  DecodeError,
  field,
  i16,
  record,
  refine,
  type Schema,
  type StandardIssue,
  type StandardSchema,
  string,
  transform,
  u8,
  u32,
  withExecution,
} from 'wirewright/codec'
import { z } from 'zod'
import { damage, refusal } from './support/matchers.js'
import { executions } from './support/proves.js'

/** A schema as any maker's validator would be. */
function schema<In, Out>(validate: StandardSchema<In, Out>['~standard']['validate']): StandardSchema<In, Out> {
  return { '~standard': { version: 1, vendor: 'somebody', validate } }
}
const port = schema<number, number>((value) =>
  typeof value === 'number' && value >= 1024
    ? { value }
    : { issues: [{ message: 'a port of its own' }, { message: 'and more' }] },
)

for (const execution of executions)
  describe(`transform and refine (${execution})`, () => {
    const made = <S extends Schema<any, any, any>>(codec: S) => withExecution(codec, execution)

    it('give the values that users have, of a class of theirs as well', () => {
      class Celsius {
        readonly degrees: number
        constructor(degrees: number) {
          this.degrees = degrees
        }
      }
      const codec = made(
        record({
          id: u8,
          at: transform(i16, {
            decode: (raw) => new Celsius(raw / 10),
            encode: ({ degrees }: Celsius) => Math.round(degrees * 10),
          }),
        }),
      )
      const bytes = codec.encode({ id: 1, at: new Celsius(21.5) })
      assert.deepEqual([...bytes], [1, 0, 215])
      const { at } = codec.decode(bytes)
      assert.ok(at instanceof Celsius && at.degrees === 21.5)
    })

    it('still imply the field that says how many', () => {
      const joined = transform(array(string(u8), field('n')), {
        decode: (list) => list.join(' '),
        encode: (text: string) => text.split(' '),
      })
      const codec = made(record({ n: u8, words: joined }))
      const bytes = codec.encode({ words: 'as many as there are' })
      assert.deepEqual(codec.decode(bytes), { n: 5, words: 'as many as there are' })
      assert.throws(() => codec.encode({ n: 4, words: 'one two' }), CodecError)
    })

    it('report what a function throws, whatever it is, as an error of ours with that as its cause', () => {
      for (const thrown of [new RangeError('no'), 'a text', undefined, null, { code: 5 }]) {
        const angry = (): number => {
          throw thrown
        }
        const codec = made(record({ a: u8, b: transform(u8, { decode: angry, encode: angry }) }))
        assert.throws(
          () => codec.decode(Uint8Array.of(1, 2)),
          (error) => damage('REFUSED', { path: 'b', offset: 1 })(error) && (error as Error).cause === thrown,
        )
        assert.throws(
          () => codec.encode({ a: 1, b: 2 }),
          (error) => refusal('REFUSED', { path: 'b', offset: 1 })(error) && (error as Error).cause === thrown,
        )
      }
    })

    it('admit in both directions what any Standard Schema admits, and say its first issue', () => {
      const codec = made(record({ port: refine(u32, port) }))
      assert.deepEqual(codec.decode(codec.encode({ port: 8080 })), { port: 8080 })
      assert.throws(
        () => codec.encode({ port: 80 }),
        refusal('REFUSED', { path: 'port', message: /a port of its own \(and 1 more\)$/ }),
      )
      assert.throws(() => codec.decode(Uint8Array.of(0, 0, 0, 80)), damage('REFUSED', { message: /a port of its own/ }))
    })

    it('say where in the value the schema found the first issue, and keep its whole answer', () => {
      const rule = z.object({
        id: z.number(),
        a: z.array(z.object({ b: z.number().max(5), 'c d': z.number().min(1) })),
      })
      const codec = made(record({ v: refine(record({ id: u8, a: array(record({ b: u8, 'c d': u8 }), u8) }), rule) }))
      const answers = (error: unknown) =>
        assert.deepEqual(
          ((error as Error).cause as { issues: readonly StandardIssue[] }).issues.map(({ path }) => path),
          [
            ['a', 1, 'c d'],
            ['a', 2, 'b'],
          ],
        )
      const path = 'v.a[1]["c d"]'
      const bytes = Uint8Array.of(1, 3, 1, 1, 2, 0, 9, 1)
      assert.throws(
        () => codec.decode(bytes),
        (error) => {
          answers(error)
          return damage('REFUSED', { path, offset: 5, message: /at byte 5: Too small: .* \(and 1 more\)$/ })(error)
        },
      )
      const broken = codec.inspect(bytes).fields?.[0]?.fields?.[1]?.fields?.[1]?.fields?.[1]
      assert.deepEqual([broken?.path, broken?.offset, broken?.error instanceof DecodeError], [path, 5, true])
      const a = [1, 2, 9].map((b) => ({ b, 'c d': b === 2 ? 0 : 1 }))
      assert.throws(
        () => codec.encode({ v: { id: 1, a } }),
        (error) => {
          answers(error)
          return refusal('REFUSED', { path, offset: 0, message: /Too small/ })(error)
        },
      )
      const named = v.object({
        key: v.pipe(
          v.string(),
          v.check(() => false, 'never'),
        ),
      })
      assert.throws(
        () => made(refine(record({ key: string(u8) }), named)).decode(Uint8Array.of(1, 97)),
        damage('REFUSED', { path: 'key', message: /never$/ }),
      )
    })

    it('refuse what a schema refuses without a word', () => {
      const silent = schema<number, number>(() => ({ issues: [] }))
      assert.throws(() => made(refine(u8, silent)).decode(Uint8Array.of(1)), damage('REFUSED'))
      assert.throws(() => made(record({ a: refine(u8, silent) })).encode({ a: 1 }), refusal('REFUSED', { path: 'a' }))
    })

    it('give what the schema makes of a value', () => {
      const trimmed = schema<string, string>((value) => ({ value: String(value).trim() }))
      const codec = made(refine(string(u8), trimmed))
      assert.equal(codec.decode(codec.encode('  x ')), 'x')
    })

    it('refuse a schema that answers later, or throws', () => {
      const later = schema<number, number>(async (value) => ({ value: value as number }))
      const angry = schema<number, number>(() => {
        throw new RangeError('no')
      })
      for (const [of, cause] of [
        [later, TypeError],
        [angry, RangeError],
      ] as const) {
        const codec = made(refine(u8, of))
        assert.throws(
          () => codec.decode(Uint8Array.of(1)),
          (error) => damage('REFUSED')(error) && (error as Error).cause instanceof cause,
        )
        assert.throws(
          () => codec.encode(1),
          (error) => refusal('REFUSED')(error) && (error as Error).cause instanceof cause,
        )
      }
    })

    it('take a codec for a schema, as every codec is one', () => {
      const two = made(refine(bytes(u8), bytes(2) as StandardSchema<Uint8Array>))
      assert.deepEqual(two.decode(Uint8Array.of(2, 1, 2)), Uint8Array.of(1, 2))
      assert.throws(() => two.decode(Uint8Array.of(1, 1)), DecodeError)
    })
  })
