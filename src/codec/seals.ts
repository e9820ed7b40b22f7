/**
 * The checksums of one record: checked when all its fields are read, filled in when all are written.
 *
 *   | id | data … | crc of both | … | sum of all that is before it |
 *
 * Those that lie within what others cover come first.
 */
import { badDefinition, show } from './errors.js'
import type { Node } from './node.js'
import { fail, join, type Reader } from './reader.js'
import { type Frame, refuse, type Writer, writePart } from './writer.js'

/** Computes a checksum of `bytes[start, end)`, of which `[own, ownEnd)` is the checksum itself. */
export interface Seal {
  /** Names of fields, both included. The first; the one before. */
  readonly from: string | undefined
  readonly to: string | undefined
  of(bytes: Uint8Array, start: number, end: number, own: number, ownEnd: number): number | bigint
  /** All of the record that it stands in. What makes them is loaded with `checksum()`, by those who use that. */
  all(fields: readonly SealedField[]): Seals
}

interface SealedField {
  readonly name: string
  readonly node: Node
}

/** A checksum over the fields from one index to another, both included. */
interface Plan {
  readonly seal: Seal
  readonly field: SealedField
  /** The index of the field that it is. */
  readonly own: number
  readonly from: number
  readonly to: number
}

export class Seals {
  readonly #plans: readonly Plan[]

  constructor(fields: readonly SealedField[]) {
    const names = fields.map(({ name }) => name)
    this.#plans = inOrder(fields.flatMap((field, own) => planOf(field, own, names) ?? []))
  }

  /** Makes sure that they are those of the fields, which begin at `starts`; behind the last is one more. */
  check(r: Reader, values: Readonly<Record<string, unknown>>, starts: readonly number[]): void {
    for (const { seal, field, own, from, to } of this.#plans) {
      const at = starts[own]!
      const end = starts[own + 1]!
      const { trace } = r
      // The sum may be a function of the user's, which may throw.
      if (trace) r.trace = trace.fields![own]!
      const sum = seal.of(r.bytes, starts[from]!, starts[to + 1]!, at, end)
      const value = values[field.name]
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same sum.
      if (value != sum)
        fail(r, 'BAD_CHECKSUM', `says ${showHex(value, end - at)}, the bytes say ${showHex(sum, end - at)}`, at)
      r.trace = trace
    }
  }

  /** Writes them where they were left out. */
  fill(w: Writer, { starts, values, mode, path }: Frame): void {
    const { out } = w
    const end = out.length
    for (const { seal, field, own, from, to } of this.#plans) {
      const { name, node } = field
      const at = starts[own]!
      w.path = path === undefined ? path : join(path, name)
      out.length = at
      const sum = seal.of(out.bytes, starts[from]!, starts[to + 1]!, at, starts[own + 1]!)
      const given = values[name]
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same sum.
      if (given !== undefined && given != sum) refuse(w, 'MISMATCH', `is ${show(given)}, but the checksum is ${sum}`)
      w.mode = mode
      w.path = path
      writePart(w, node, sum, name)
      out.length = end
    }
  }
}

function planOf(field: SealedField, own: number, names: readonly string[]): Plan | undefined {
  const { seal } = field.node
  if (!seal) return undefined
  const from = seal.from === undefined ? 0 : names.indexOf(seal.from)
  const to = seal.to === undefined ? own - 1 : names.indexOf(seal.to)
  if (from < 0 || to < from)
    throw badDefinition(`${field.name}: no fields from ${seal.from ?? 'the first'} to ${seal.to ?? 'the one before'}`)
  return { seal, field, own, from, to }
}

function inOrder(plans: readonly Plan[]): readonly Plan[] {
  const left = new Set(plans)
  const order: Plan[] = []
  while (left.size > 0) {
    const next = [...left].find(
      (plan) => ![...left].some((other) => other !== plan && other.own >= plan.from && other.own <= plan.to),
    )
    if (next === undefined) throw badDefinition('checksums that cover each other')
    order.push(next)
    left.delete(next)
  }
  return order
}

/** A checksum as data sheets print it: as many digits as its bytes have. */
function showHex(sum: unknown, size: number): string {
  if (typeof sum !== 'bigint' && !Number.isInteger(sum)) return show(sum)
  const digits = BigInt.asUintN(8 * size, BigInt(sum as number)).toString(16)
  return `0x${digits.padStart(2 * size, '0')}`
}
