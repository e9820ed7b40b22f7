/**
 * The runtime's own text functions, where it has them.
 *
 * Node, Bun and Deno keep faster ones on `Buffer.prototype` than any standard offers: they take a range, so that no view
 * has to be made first. They work on every `Uint8Array`. A browser has `TextDecoder` and `TextEncoder` alone.
 */

type Slice = (this: Uint8Array, start: number, end: number) => string
type Write = (this: Uint8Array, text: string, at: number, room: number) => number

interface BufferPrototype {
  readonly utf8Slice: Slice
  readonly latin1Slice: Slice
  readonly ucs2Slice: Slice
  readonly utf8Write: Write
  readonly ucs2Write: Write
}

const NAMES = ['utf8Slice', 'latin1Slice', 'ucs2Slice', 'utf8Write', 'ucs2Write'] as const

function bufferPrototype(): BufferPrototype | undefined {
  const { Buffer } = globalThis as { Buffer?: { prototype?: Partial<BufferPrototype> } }
  const prototype = Buffer?.prototype
  // A bundler's stand-in for Buffer lacks these methods: all of them, or none.
  return NAMES.every((name) => typeof prototype?.[name] === 'function') ? (prototype as BufferPrototype) : undefined
}

/** `Buffer.prototype`, or undefined where the runtime has none with these methods. */
export const native: BufferPrototype | undefined = bufferPrototype()
