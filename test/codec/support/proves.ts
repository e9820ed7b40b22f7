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
import { Output } from '#floor/bytes'
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

/** What occurs in the definitions that have been proven: kinds, references, comparisons, names of checksums. */
export const proven: Set<string> = new Set()

/** Everything that a description names, from the outside in. */
function* named(described: unknown): Generator<string> {
  if (typeof described !== 'object' || described === null) return
  const { kind, is, algorithm, length, name } = described as Record<string, any>
  if (typeof kind === 'string') yield kind
  if (kind === 'bytes' && length === undefined) yield 'rest'
  if (kind === 'string' && length?.bytes === '00') yield 'cstring'
  if (typeof is === 'string') yield is
  if (algorithm) yield `checksum ${algorithm.name}`
  if (kind === 'crc' || kind === 'sum') yield `checksum ${name}`
  for (const part of Object.values(described)) yield* named(part)
}

/** Kinds whose values are not made of those of their parts, or whose parts are not where their values are. */
const OPAQUE = ['transform', 'refine', 'map', 'union', 'at', 'backref', 'timestamp', 'enumeration']

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
  const kinds = new Set(named(schema.describe()))
  for (const kind of kinds) proven.add(kind)
  const transparent = !OPAQUE.some((kind) => kinds.has(kind))
  const owns = !JSON.stringify(schema.describe()).includes('"views":true')
  for (const execution of executions)
    describe(`${name} (${execution})`, () => {
      const codec: Codec<any, any> = withExecution(schema, execution)

      it('gives back what it was given, and knows its size', () => {
        fc.assert(
          fc.property(values, fc.nat(9), fc.nat(), (value, before, room) => {
            const bytes = codec.encode(value, context)
            assert.deepEqual(codec.decode(bytes, 0, bytes.length, context), out(value))
            assert.equal(codec.encodedSize(value, context), bytes.length)
            assert.ok(bytes.length >= codec.minSize && bytes.length <= codec.maxSize)
            if (codec.fixedSize !== undefined) assert.equal(bytes.length, codec.fixedSize)

            // As a Standard Schema it gives what decoding would, where no context is needed for it.
            if (context === undefined)
              assert.deepEqual((codec as Schema<any>)['~standard'].validate(value), { value: out(value) })

            // The same somewhere in a larger array, which neither it nor the bytes around it notice.
            const target = new Uint8Array(before + bytes.length + 3).fill(0xa5)
            assert.equal(codec.encodeInto(value, target, before, context), bytes.length)
            assert.deepEqual(target.subarray(before, before + bytes.length), bytes)
            assert.ok(target.subarray(0, before).every((byte) => byte === 0xa5))
            assert.ok(target.subarray(before + bytes.length).every((byte) => byte === 0xa5))
            assert.deepEqual(codec.decode(target, before, before + bytes.length, context), out(value))
            // Where the storage ends is where it has to grow, in the middle of anything.
            const output = new Output(1 + (room % (before + bytes.length + 1)))
            output.append(target, 0, before)
            codec.encodeTo(value, output, context)
            assert.deepEqual(output.copy(before), bytes)
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

      it('gives values that are their own, and leaves the bytes as they were', () => {
        fc.assert(
          fc.property(values, (value) => {
            const bytes = codec.encode(value, context)
            const buffer = Buffer.from(bytes)
            const decoded = codec.decode(buffer, 0, buffer.length, context)
            codec.inspect(buffer, 0, buffer.length, context)
            assert.deepEqual(Uint8Array.from(buffer), bytes)
            if (owns) buffer.fill(0xff)
            assert.deepEqual(decoded, out(value))
          }),
          { ...settings, numRuns: Math.ceil(runs / 4) },
        )
      })

      it('shows in a cut message all that lies before the cut, and there why it ends', () => {
        fc.assert(
          fc.property(values, (value) => {
            const bytes = codec.encode(value, context)
            const whole = codec.inspect(bytes, 0, bytes.length, context)
            const known = new Map(flat(whole).map((field) => [field.path, field]))
            if (transparent)
              for (const field of known.values())
                assert.deepEqual(field.value, partOf(whole.value, field.path), field.path)
            for (let cut = 0; cut < bytes.length; cut++) {
              const tree = codec.inspect(bytes, 0, cut, context)
              for (const { path, offset, length, bits, value: part, ...rest } of flat(tree)) {
                if (rest.error || part === undefined || offset + length >= cut) continue
                const { offset: there, length: long, bits: which, value: same } = known.get(path)!
                assert.deepEqual([offset, length, bits, part], [there, long, which, same], `${path}, cut to ${cut}`)
              }
            }
          }),
          { ...settings, numRuns: Math.ceil(runs / 8) },
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
            const output = new Output(1)
            output.reserve(3)
            const thrown = caught(() => codec.encodeTo(value, output, context))
            assert.ok(thrown === undefined || thrown instanceof CodecError, String(thrown))
            if (thrown) assert.equal(output.length, 3)
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
      if (!endless)
        it('finds in any bytes the end that decoding finds', () => {
          fc.assert(
            fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
              let length: number | undefined
              const refused = caught(() => {
                length = codec.boundary!(context).scan(bytes, 0, bytes.length)
              })
              let read: number | undefined
              const thrown = caught(() => {
                read = codec.decodeFrom(bytes, 0, bytes.length, context).bytesRead
              })
              assert.ok(refused === undefined || refused instanceof DecodeError, String(refused))
              assert.ok(thrown === undefined || thrown instanceof DecodeError, String(thrown))
              if (read !== undefined) assert.equal(length, read)
              else if (length !== undefined && length < 0) assert.ok(-length > bytes.length)
            }),
            settings,
          )
        })
    })
  it(`${name}: its description is plain data from which the same codec can be made`, () => {
    const described = schema.describe()
    const text = JSON.stringify(described)
    assert.deepEqual(JSON.parse(text), described)
    const again = fromDescription(JSON.parse(text), functions ? { functions } : {})
    assert.equal(JSON.stringify(again.describe()), text)
    assert.deepEqual(
      [again.minSize, again.maxSize, again.fixedSize],
      [schema.minSize, schema.maxSize, schema.fixedSize],
    )
    fc.assert(
      fc.property(values, (value) => {
        const bytes = schema.encode(value, context)
        assert.deepEqual(again.encode(value, context), bytes)
        assert.deepEqual(again.decode(bytes, 0, bytes.length, context), out(value))
        assert.deepEqual(
          again.inspect(bytes, 0, bytes.length, context),
          schema.inspect(bytes, 0, bytes.length, context),
        )
      }),
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
  if (executions.length === 2)
    it(`${name}: generated code and closures agree about any value`, () => {
      const [a, b] = executions.map((execution) => withExecution(schema, execution) as Codec<any, any>)
      const anything = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true })
      const odd = fc.oneof(
        anything,
        fc.constantFrom(-0, Number.NaN, 1n, -1n, 2n ** 64n, 2 ** 53, 2 ** 32, 256, '', '\ud800', null, undefined, true),
      )
      fc.assert(
        fc.property(values, fc.array(fc.nat(), { maxLength: 3 }), odd, (value, where, by) => {
          const [x, y] = [a!, b!].map((codec) => {
            try {
              return { bytes: codec.encode(spoilt(value, where, by), context) }
            } catch (error) {
              return { message: (error as Error).message, code: (error as CodecError).code }
            }
          })
          assert.deepEqual(x, y)
        }),
        settings,
      )
    })
}

/** A field and all within it. */
function flat(field: Field): Field[] {
  return [field, ...(field.fields ?? []).flatMap(flat)]
}

/** What lies at a path such as `list[3]["odd name"].x` of a value. */
function partOf(value: any, path: string): unknown {
  for (const [key, quoted, index] of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|[^.[\]]+/g))
    value = value[index ?? (quoted === undefined ? key : JSON.parse(`"${quoted}"`))]
  return value
}

/** A value with one part of it, somewhere, replaced by another. */
export function spoilt(value: unknown, where: readonly number[], by: unknown): unknown {
  const [first, ...rest] = where
  const keys = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? Object.keys(value) : []
  if (first === undefined || keys.length === 0) return by
  const key = keys[first % keys.length]!
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as object) }
  copy[key] = spoilt(copy[key], rest, by)
  return copy
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

/** fast-check also makes objects without a prototype, which are not what decoding gives. Nobody has to change them, either. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(plain))
  if (
    typeof value !== 'object' ||
    value === null ||
    (Object.getPrototypeOf(value) ?? Object.prototype) !== Object.prototype
  )
    return value
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)])))
}
