/**
 * Objects put together and taken apart where no code can be generated.
 *
 * Each line below remembers one property's name and one function, so that the optimiser can put that function in its
 * place: a program with one busy record gets what a literal would give it. In a loop, one line would have to serve all.
 */

interface Placed {
  readonly name: string
  /** How much further on than the object itself. */
  readonly at: number
}

/** Makes objects with these properties in this order. */
export function assembler<From = Uint8Array>(
  parts: readonly (Placed & { make(from: From, at: number): unknown })[],
): (from: From, at: number) => Record<string, unknown> {
  const end = parts.length
  const names = parts.map(({ name }) => name)
  const makes = parts.map(({ make }) => make)
  const places = parts.map(({ at }) => at)
  return (a, at) => {
    const o: Record<string, unknown> = {}
    let i = 0
    for (;;) {
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = makes[i]!(a, at + places[i]!)
      i++
    }
  }
}

/** Writes these properties of objects in this order. */
export function disassembler<To = Uint8Array>(
  parts: readonly (Placed & { put(target: To, at: number, value: any): void })[],
): (target: To, at: number, o: any) => void {
  const end = parts.length
  const names = parts.map(({ name }) => name)
  const puts = parts.map(({ put }) => put)
  const places = parts.map(({ at }) => at)
  return (target, at, o) => {
    let i = 0
    for (;;) {
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
      if (i === end) return
      puts[i]!(target, at + places[i]!, o[names[i]!])
      i++
    }
  }
}
