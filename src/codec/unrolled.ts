/**
 * Objects put together and taken apart where no code can be generated.
 *
 * The optimiser remembers for each line of text which property and which function it has met there, and makes of a line
 * that has met one of each what a literal would give. Therefore every property has a line of its own, and each of the
 * first three records that are used a text of its own, in either direction; it is only when somebody writes the same text
 * again that V8 takes it for another. All records after them share the last one, and take two to three times as long.
 */

interface Placed {
  readonly name: string
  /** How much further on than the object itself. */
  readonly at: number
}

type Plain = Record<string, unknown>
type Make<From> = (from: From, at: number) => unknown
type Put<To> = (to: To, at: number, value: any) => void

const ASSEMBLERS: readonly (<From>(
  end: number,
  names: readonly string[],
  makes: readonly Make<From>[],
  places: readonly number[],
) => (from: From, at: number) => Plain)[] = [
  (end, names, makes, places) => (from, at) => {
    const o: Plain = {}
    let i = 0
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    for (; i < end; i++) o[names[i]!] = makes[i]!(from, at + places[i]!)
    return o
  },
  (end, names, makes, places) => (from, at) => {
    const o: Plain = {}
    let i = 0
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    for (; i < end; i++) o[names[i]!] = makes[i]!(from, at + places[i]!)
    return o
  },
  (end, names, makes, places) => (from, at) => {
    const o: Plain = {}
    let i = 0
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    for (; i < end; i++) o[names[i]!] = makes[i]!(from, at + places[i]!)
    return o
  },
  (end, names, makes, places) => (from, at) => {
    const o: Plain = {}
    let i = 0
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    if (i < end) o[names[i]!] = makes[i]!(from, at + places[i++]!)
    for (; i < end; i++) o[names[i]!] = makes[i]!(from, at + places[i]!)
    return o
  },
]

const DISASSEMBLERS: readonly (<To>(
  end: number,
  names: readonly string[],
  puts: readonly Put<To>[],
  places: readonly number[],
) => (to: To, at: number, o: Plain) => void)[] = [
  (end, names, puts, places) => (to, at, o) => {
    let i = 0
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    for (; i < end; i++) puts[i]!(to, at + places[i]!, o[names[i]!])
  },
  (end, names, puts, places) => (to, at, o) => {
    let i = 0
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    for (; i < end; i++) puts[i]!(to, at + places[i]!, o[names[i]!])
  },
  (end, names, puts, places) => (to, at, o) => {
    let i = 0
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    for (; i < end; i++) puts[i]!(to, at + places[i]!, o[names[i]!])
  },
  (end, names, puts, places) => (to, at, o) => {
    let i = 0
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    if (i < end) puts[i]!(to, at + places[i]!, o[names[i++]!])
    for (; i < end; i++) puts[i]!(to, at + places[i]!, o[names[i]!])
  },
]

// Which text is the next one's. Nothing depends on it but time.
let assembled = 0
let disassembled = 0

/** Makes objects with these properties in this order. */
export function assembler<From = Uint8Array>(
  parts: readonly (Placed & { readonly make: Make<From> })[],
): (from: From, at: number) => Plain {
  return ASSEMBLERS[Math.min(assembled++, ASSEMBLERS.length - 1)]!(
    parts.length,
    parts.map(({ name }) => name),
    parts.map(({ make }) => make),
    parts.map(({ at }) => at),
  )
}

/** Writes these properties of objects in this order. */
export function disassembler<To = Uint8Array>(
  parts: readonly (Placed & { readonly put: Put<To> })[],
): (to: To, at: number, o: any) => void {
  return DISASSEMBLERS[Math.min(disassembled++, DISASSEMBLERS.length - 1)]!(
    parts.length,
    parts.map(({ name }) => name),
    parts.map(({ put }) => put),
    parts.map(({ at }) => at),
  )
}
