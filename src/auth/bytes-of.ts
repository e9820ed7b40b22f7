/** Options that may be text. */
declare const TextEncoder: { new (): { encode(text: string): Uint8Array } }

/** Bytes of our own: a copy, or the text's UTF-8. */
export function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value)
}
