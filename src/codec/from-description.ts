/** From a description back to a codec that does the same. */
import { fromHex } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { Struct } from '../struct/index.js'
import { ipv4, ipv6, uuid } from './addresses.js'
import { array } from './array.js'
import { at, backref } from './at.js'
import { bitArray } from './bit-array.js'
import { bits } from './bits.js'
import { bool } from './bool.js'
import { bytes } from './bytes.js'
import { checksum } from './checksum.js'
import { checksumFrom } from './checksums/index.js'
import { constant } from './constant.js'
import { enumeration } from './enumeration.js'
import { badDefinition } from './errors.js'
import { flags } from './flags.js'
import { fromStruct } from './from-struct.js'
import { lazy } from './lazy.js'
import { map } from './map.js'
import { f16, f32, f64, i8, i16, i24, i32, i48, i64, u8, u16, u24, u32, u48, u64 } from './number.js'
import { option } from './option.js'
import { be, le } from './order.js'
import { align, padding } from './padding.js'
import { record } from './record.js'
import { refine } from './refine.js'
import { Ref } from './refs.js'
import type { Schema } from './schema.js'
import { sized } from './sized.js'
import { string } from './string.js'
import { timestamp } from './timestamp.js'
import { transform } from './transform.js'
import { union } from './union.js'
import { until } from './until.js'
import { varint, varint4, varint64, zigzag, zigzag64 } from './varint.js'
import { when } from './when.js'

const PLAIN: Readonly<Record<string, Codec<any, any>>> = {
  ...{ u8, i8, u16, i16, u24, i24, u32, i32, u48, i48, u64, i64, f16, f32, f64, bool },
  ...{ varint, varint4, varint64, zigzag, zigzag64, uuid, ipv4, ipv6 },
}

export interface FromDescriptionOptions {
  /** What a description cannot contain, by name: the last arguments of `transform` and `refine`, functions of `checksum`. */
  readonly functions?: Readonly<Record<string, unknown>>
  /** Codecs of other kinds, which somebody else has made. */
  readonly foreign?: (description: Description) => Codec<any, any> | undefined
}

/**
 * The codec that `description` describes.
 *
 * @throws {CodecError} `BAD_DEFINITION` for what is no description, or needs a function that is not given.
 * @example
 * fromDescription(JSON.parse(JSON.stringify(Reading.describe()))).encode(reading)
 */
export function fromDescription(description: Description, options: FromDescriptionOptions = {}): Schema<any, any, any> {
  /** Descriptions of parts that occur again, by number, and what was built of them: null while it is under way. */
  const numbered = new Map<unknown, unknown>()
  const built = new Map<unknown, Codec<any, any> | null>()
  const unfinished: (() => unknown)[] = []

  const functionOf = (name: unknown): any => {
    const found = options.functions?.[String(name)]
    if (!found) throw badDefinition(`the function ${JSON.stringify(name)} is not given`)
    return found
  }

  // By kind, what becomes of a description whose parts have been built.
  const builders: Record<string, (d: any) => unknown> = {
    le: (d) => le(d.of),
    be: (d) => be(d.of),
    record: (d) => record(Object.fromEntries(d.fields.map((field: any) => [field.name, field.of]))),
    array: (d) => array(d.of, d.count),
    string: (d) => string(d.length, d),
    bytes: (d) => bytes(d.length, d),
    option: (d) => option(d.of),
    constant: (d) =>
      constant(d.of, d.value?.encoded === undefined ? d.value : be(d.of).decode(fromHex(d.value.encoded)!)),
    padding: (d) => padding(d.length),
    align: (d) => align(d.to),
    enumeration: (d) => enumeration(d.of, Object.fromEntries(d.names)),
    flags: (d) => flags(d.of, Object.fromEntries(d.masks)),
    bits: (d) => bits(d.of, Object.fromEntries(d.widths), d),
    bitArray: (d) => bitArray(d.count, d),
    union: (d) => union(d.tag, Object.fromEntries(d.variants.map((v: any) => [v.name, [v.tag, v.of]])), d),
    when: (d) => when(d, d.of),
    sized: (d) => sized(d.length, d.of),
    at: (d) => at(d.offset, d.of),
    backref: (d) => backref(d.of, d),
    map: (d) => map(d.key, d.value, d.count),
    timestamp: (d) => timestamp(d.of, d.unit),
    struct: (d) => new Struct(d.format, d.names),
    named: (d) => fromStruct(d.of, d.names),
    checksum: (d) => checksum(d.algorithm, d.of, d),
    transform: (d) => transform(d.of, { ...functionOf(d.name), name: d.name }),
    refine: (d) => refine(d.of, functionOf(d.name), d),
    lazy: (d) => {
      let inner: Codec<any, any> | undefined
      const definition = () => (inner ??= build(d.of) as Codec<any, any>)
      unfinished.push(definition)
      return lazy(definition, d)
    },
    until: (d) => until(fromHex(d.bytes)!),
    function: (d) => functionOf(d.name),
  }
  for (const kind of ['field', 'header', 'state', 'asked'] as const) builders[kind] = (d) => new Ref(kind, d.path)
  for (const kind of ['crc', 'sum', 'xor', 'adler32', 'fletcher16', 'internet']) builders[kind] = checksumFrom

  const collect = (d: any): void => {
    if (typeof d !== 'object' || d === null || (typeof d.kind === 'string' && !own(builders, d.kind))) return
    if (d.id !== undefined) numbered.set(d.id, d)
    for (const part of Object.values(d)) collect(part)
  }
  const build = (d: any): any => {
    if (typeof d !== 'object' || d === null) return d
    if (Array.isArray(d)) return d.map(build)
    if ('bigint' in d) return BigInt(d.bigint)
    if ('number' in d) return Number(d.number)
    if (typeof d.kind !== 'string') return partsOf(d)
    if (d.kind !== 'again' && numbered.get(d.id) !== d) return make(d)
    const known = built.get(d.id)
    if (known) return known
    if (known === null || !numbered.has(d.id))
      throw badDefinition(`no part has the number ${d.id}, or it is a part of itself`)
    built.set(d.id, null)
    const codec = make(numbered.get(d.id))
    built.set(d.id, codec)
    return codec
  }
  const make = (d: any): any => {
    // What a lazy one contains may contain it in turn.
    const parts = d.kind === 'lazy' ? d : partsOf(d)
    const made = own(PLAIN, d.kind) ?? own(builders, d.kind)?.(parts) ?? options.foreign?.(d)
    if (!made) throw badDefinition(`nothing is described by ${JSON.stringify(d.kind)}`)
    return made
  }
  const partsOf = (d: object) => Object.fromEntries(Object.entries(d).map(([key, value]) => [key, build(value)]))
  collect(description)
  const codec = build(description)
  for (const finish of unfinished) finish()
  return codec
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
