/** From a description back to a codec that does the same. */
import { fromHex } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
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
import { until } from './extent.js'
import { flags } from './flags.js'
import { fromStruct } from './from-struct.js'
import { lazy } from './lazy.js'
import { map } from './map.js'
import { f16, f32, f64, i8, i16, i24, i32, i48, i64, u8, u16, u24, u32, u48, u64 } from './number.js'
import { option } from './option.js'
import { be, le } from './order.js'
import { align, padding } from './padding.js'
import { record } from './record.js'
import { type Comparison, Ref } from './refs.js'
import type { Schema } from './schema.js'
import { sized } from './sized.js'
import { string } from './string.js'
import { timestamp } from './timestamp.js'
import { refine, transform } from './transform.js'
import { union } from './union.js'
import { varint, varint4, varint64, zigzag, zigzag64 } from './varint.js'
import { when } from './when.js'

const PLAIN: Readonly<Record<string, Codec<any, any>>> = {
  ...{ u8, i8, u16, i16, u24, i24, u32, i32, u48, i48, u64, i64, f16, f32, f64, bool },
  ...{ varint, varint4, varint64, zigzag, zigzag64, uuid, ipv4, ipv6 },
}

export interface FromDescriptionOptions {
  /** What a description cannot contain, by name: the last arguments of `transform` and `refine`, functions of `checksum`. */
  readonly functions?: Readonly<Record<string, unknown>>
  /** Codecs of kinds that are not of this folder, such as `struct`. */
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
  const levels: Codec<any, any>[] = []

  const functionOf = (name: unknown): any => {
    const found = options.functions?.[String(name)]
    if (!found) throw badDefinition(`the function ${JSON.stringify(name)} is not given`)
    return found
  }
  const plainOf = (value: any): any => {
    if (typeof value !== 'object' || value === null) return value
    return value.number === undefined ? BigInt(value.bigint) : Number(value.number)
  }
  const entriesOf = (entries: any): any =>
    Object.fromEntries(entries.map(([name, value]: [string, unknown]) => [name, plainOf(value)]))
  const refOf = (d: any): Ref => new Ref(d.kind, d.path)
  const isRef = (d: any): boolean => ['field', 'header', 'state', 'asked'].includes(d?.kind)
  /** A length, count, tag or offset. */
  const extentOf = (d: any): any =>
    d === undefined || typeof d === 'number'
      ? d
      : isRef(d)
        ? refOf(d)
        : d.kind === 'until'
          ? until(fromHex(d.bytes)!)
          : build(d)

  const builders: Record<string, (d: any) => Codec<any, any>> = {
    le: (d) => le(build(d.of)),
    be: (d) => be(build(d.of)),
    record: (d) => record(Object.fromEntries(d.fields.map((f: any) => [f.name, build(f.of)]))),
    array: (d) => array(build(d.of), extentOf(d.count)),
    string: (d) => string(extentOf(d.length), { encoding: d.encoding }),
    bytes: (d) => bytes(extentOf(d.length), { views: d.views === true }),
    option: (d) => option(build(d.of)),
    constant: (d) => {
      const of = build(d.of)
      return constant(of, d.value?.encoded === undefined ? plainOf(d.value) : be(of).decode(fromHex(d.value.encoded)!))
    },
    padding: (d) => padding(d.length),
    align: (d) => align(d.to),
    enumeration: (d) => enumeration(build(d.of), entriesOf(d.names)),
    flags: (d) => flags(build(d.of), entriesOf(d.masks)),
    bits: (d) => bits(build(d.of), entriesOf(d.widths), { first: d.first }),
    bitArray: (d) => bitArray(extentOf(d.count), { first: d.first }),
    union: (d) =>
      union(
        extentOf(d.tag),
        Object.fromEntries(d.variants.map((v: any) => [v.name, [plainOf(v.tag), build(v.of)]])),
        d.otherwise && { otherwise: build(d.otherwise) },
      ),
    when: (d) => when({ ref: refOf(d.ref), is: d.is as Comparison, than: plainOf(d.than) }, build(d.of)),
    sized: (d) => sized(extentOf(d.length), build(d.of)),
    lazy: (d) => {
      if (d.of === undefined) return levels[d.level]!
      let inner: Codec<any, any>
      const codec = lazy(() => inner, { depth: d.depth })
      levels[d.level] = codec
      inner = build(d.of)
      return codec
    },
    at: (d) => at(extentOf(d.offset), build(d.of)),
    backref: (d) => backref(build(d.of), { pointer: build(d.pointer), mark: d.mark }),
    map: (d) => map(build(d.key), build(d.value), extentOf(d.count)),
    timestamp: (d) => timestamp(build(d.of), d.unit),
    named: (d) => fromStruct(build(d.of), d.names),
    checksum: (d) =>
      checksum(
        d.algorithm.kind === 'function' ? functionOf(d.algorithm.name) : checksumFrom(d.algorithm),
        build(d.of),
        {
          ...(d.from !== undefined && { from: d.from }),
          ...(d.to !== undefined && { to: d.to }),
        },
      ),
    transform: (d) => transform(build(d.of), { ...functionOf(d.name), name: d.name }),
    refine: (d) => refine(build(d.of), functionOf(d.name), { name: d.name }),
  }

  const build = (d: Description): Codec<any, any> => {
    const { kind } = d
    const plain = Object.hasOwn(PLAIN, kind) ? PLAIN[kind] : undefined
    const built = plain ?? (Object.hasOwn(builders, kind) ? builders[kind]!(d) : options.foreign?.(d))
    if (!built) throw badDefinition(`nothing is described by ${JSON.stringify(kind)}`)
    return built
  }
  return build(description) as Schema<any, any, any>
}
