/**
 * Objects put together and taken apart where no code can be generated.
 *
 * Each line below remembers one property's name and one function, so that the optimiser can put that function in its
 * place: a program with one busy record gets what a literal would give it. In a loop, one line would have to serve all.
 */

/** Makes one part of an object. */
export type Part<A> = (a: A, at: number) => unknown

/** Makes objects with these properties in this order, each made by its part, so many bytes further on. */
export function assembler<A>(
  names: readonly string[],
  parts: readonly Part<A>[],
  places: readonly number[],
): (a: A, at: number) => Record<string, unknown> {
  const end = names.length
  return (a, at) => {
    const o: Record<string, unknown> = {}
    let i = 0
    for (;;) {
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
      if (i === end) return o
      o[names[i]!] = parts[i]!(a, at + places[i]!)
      i++
    }
  }
}

/** Writes these properties of objects in this order, so many bytes further on. */
export function disassembler<A = Uint8Array>(
  names: readonly string[],
  puts: readonly ((target: A, at: number, value: any) => void)[],
  places: readonly number[],
): (target: A, at: number, o: any) => void {
  const end = names.length
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
