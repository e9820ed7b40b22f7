/** What every codec has to prove, with generated code and without. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  CodecError,
  DecodeError,
  type FromDescriptionOptions,
  fromDescription,
  type Schema,
  withExecution,
} from 'wirewright/codec'
import type { Codec, CodecContext, Field } from '#ground/codec'

export interface Proof<T> {
  /** What decoding gives for a value. The value itself. */
  readonly out?: (value: T) => unknown
  readonly context?: CodecContext
  /** Takes all the bytes there are: a part of a message may be a message. */
  readonly endless?: boolean
  readonly runs?: number
  /** What its description cannot contain. */
  readonly functions?: FromDescriptionOptions['functions']
}

/** Generated code is forbidden when the tests run under --disallow-code-generation-from-strings. */
export const executions: readonly ('generate' | 'interpret')[] = (() => {
  try {
    new Function('')
    return ['generate', 'interpret']
  } catch {
    return ['interpret']
  }
})()

/** Declares the tests for one codec. */
export function proves<T>(
  name: string,
  schema: Schema<any, any, any, any>,
  arbitrary: fc.Arbitrary<T>,
  proof: Proof<T> = {},
): void {
  const values = arbitrary.map((value) => plain(value) as T)
  const { out = (value: T) => value, context, endless = false, runs = 60, functions } = proof
  const settings = { seed: 20240229, numRuns: runs }
  for (const execution of executions)
    describe(`${name} (${execution})`, () => {
      const codec: Codec<any, any> = withExecution(schema, execution)

      it('gives back what it was given, and knows its size', () => {
        fc.assert(
          fc.property(values, fc.nat(9), (value, before) => {
            const bytes = codec.encode(value, context)
            assert.deepEqual(codec.decode(bytes, 0, bytes.length, context), out(value))
            assert.equal(codec.encodedSize(value, context), bytes.length)
            assert.ok(bytes.length >= codec.minSize && bytes.length <= codec.maxSize)
            if (codec.fixedSize !== undefined) assert.equal(bytes.length, codec.fixedSize)

            // The same somewhere in a larger array, which neither it nor the bytes around it notice.
            const target = new Uint8Array(before + bytes.length + 3).fill(0xa5)
            assert.equal(codec.encodeInto(value, target, before, context), bytes.length)
            assert.deepEqual(target.subarray(before, before + bytes.length), bytes)
            assert.ok(target.subarray(0, before).every((byte) => byte === 0xa5))
            assert.ok(target.subarray(before + bytes.length).every((byte) => byte === 0xa5))
            assert.deepEqual(codec.decode(target, before, before + bytes.length, context), out(value))
            if (!endless)
              assert.deepEqual(codec.decodeFrom(target, before, target.length, context), {
                value: out(value),
                bytesRead: bytes.length,
              })
            if (bytes.length > 0)
              assert.throws(() => codec.encodeInto(value, new Uint8Array(bytes.length - 1), 0, context), CodecError)
          }),
          settings,
        )
      })

      it('is cut nowhere without noticing', () => {
        fc.assert(
          fc.property(values, (value) => {
            const bytes = codec.encode(value, context)
            for (let length = 0; length < bytes.length; length++) {
              if (endless) {
                survives(codec, bytes.subarray(0, length), context)
                continue
              }
              const thrown = caught(() => codec.decode(bytes, 0, length, context))
              assert.ok(thrown instanceof DecodeError, `cut to ${length} of ${bytes.length}: ${thrown}`)
            }
            if (!endless) {
              const thrown = caught(() => codec.decode(Uint8Array.of(...bytes, 0), 0, bytes.length + 1, context))
              assert.equal((thrown as DecodeError).code, 'TRAILING_BYTES')
            }
          }),
          { ...settings, numRuns: Math.ceil(runs / 4) },
        )
      })

      it('meets any bytes with a value or a DecodeError, and inspects them alike', () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => survives(codec, bytes, context)),
          settings,
        )
        fc.assert(
          fc.property(values, fc.nat(), fc.nat(255), (value, where, byte) => {
            const bytes = codec.encode(value, context)
            if (bytes.length > 0) bytes[where % bytes.length] = byte
            survives(codec, bytes, context)
          }),
          settings,
        )
      })

      it('refuses any other value with a CodecError', () => {
        fc.assert(
          fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), (value) => {
            const thrown = caught(() => codec.encode(value, context))
            assert.ok(thrown === undefined || thrown instanceof CodecError, String(thrown))
          }),
          settings,
        )
      })

      if (!endless)
        it('finds its end while bytes arrive, in pieces of any size', () => {
          fc.assert(
            fc.property(values, fc.integer({ min: 1, max: 7 }), (value, piece) => {
              const bytes = codec.encode(value, context)
              const more = Uint8Array.of(...bytes, 1, 2, 3)
              const boundary = codec.boundary!(context)
              // Twice, as there are many messages in a stream.
              for (let message = 0; message < 2; message++) {
                let found = -1
                for (let end = 1; found < 0; end += piece) {
                  assert.ok(-found <= bytes.length, `waits for ${-found} of ${bytes.length}`)
                  assert.ok(end < more.length + piece, 'never found')
                  // Each time at another place, as in a buffer that moves what is left to its front.
                  const start = end % 3
                  const arrived = Math.min(end, more.length)
                  const moved = new Uint8Array(start + more.length)
                  moved.set(more.subarray(0, arrived), start)
                  found = boundary.scan(moved, start, start + arrived)
                }
                assert.equal(found, bytes.length)
              }
            }),
            { ...settings, numRuns: Math.ceil(runs / 2) },
          )
        })
    })
  it(`${name}: its description is plain data from which the same codec can be made`, () => {
    const described = schema.describe()
    const text = JSON.stringify(described)
    assert.deepEqual(JSON.parse(text), described)
    const again = fromDescription(JSON.parse(text), { ...(functions && { functions }) })
    assert.equal(JSON.stringify(again.describe()), text)
    assert.deepEqual(
      [again.minSize, again.maxSize, again.fixedSize],
      [schema.minSize, schema.maxSize, schema.fixedSize],
    )
    fc.assert(
      fc.property(values, (value) => assert.deepEqual(again.encode(value, context), schema.encode(value, context))),
      { ...settings, numRuns: 5 },
    )
  })
  if (executions.length === 2)
    it(`${name}: generated code and closures agree about any bytes`, () => {
      const [a, b] = executions.map((execution) => withExecution(schema, execution) as Codec<any, any>)
      fc.assert(
        fc.property(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            values.map((value) => a!.encode(value, context)),
          ),
          (bytes) => {
            const [x, y] = [a!, b!].map((codec) => {
              try {
                return { value: codec.decode(bytes, 0, bytes.length, context) }
              } catch (error) {
                return { message: (error as Error).message, code: (error as DecodeError).code }
              }
            })
            assert.deepEqual(x, y)
          },
        ),
        settings,
      )
    })
}

function survives(codec: Codec<any, any>, bytes: Uint8Array, context: CodecContext | undefined): void {
  const field = codec.inspect(bytes, 0, bytes.length, context)
  let value: unknown
  const thrown = caught(() => {
    value = codec.decode(bytes, 0, bytes.length, context)
  })
  const errors = errorsIn(field)
  if (thrown === undefined) {
    assert.deepEqual(field.value, value)
    assert.equal(errors.length, 0)
    assert.equal(field.length, bytes.length)
    // What decodes can be encoded, and then decodes to the same.
    assert.deepEqual(codec.decode(codec.encode(value, context), 0, undefined, context), value)
  } else {
    assert.ok(thrown instanceof DecodeError, `${thrown}`)
    assert.ok(thrown.offset <= bytes.length)
    assert.equal(errors.length, 1, 'one error in the tree')
    assert.equal(errors[0]!.message, thrown.message)
  }
  within(field, bytes.length)
}

function errorsIn(field: Field): Error[] {
  return [...(field.error ? [field.error] : []), ...(field.fields ?? []).flatMap(errorsIn)]
}

function within(field: Field, end: number): void {
  assert.ok(
    field.offset >= 0 && field.length >= 0 && field.offset + field.length <= end,
    `${field.path} ${field.offset} + ${field.length}, ${end}`,
  )
  for (const part of field.fields ?? []) within(part, end)
}

export function caught(work: () => void): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

/** fast-check also makes objects without a prototype, which are not what decoding gives. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (
    typeof value !== 'object' ||
    value === null ||
    (Object.getPrototypeOf(value) ?? Object.prototype) !== Object.prototype
  )
    return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}
