/** What every character encoding does. Every one refuses what it cannot represent; none replaces it. */
export interface TextEncoding {
  /** Bytes that one UTF-16 code unit (one step of `text.length`) takes at most. */
  readonly bytesPerUnit: number
  /** The text in `bytes[start, end)`, or undefined when it is malformed. */
  decode(bytes: Uint8Array, start: number, end: number): string | undefined
  /** Where the first malformed character begins, or -1. */
  malformedAt(bytes: Uint8Array, start: number, end: number): number
  /** How many bytes `text` takes, or -1 when it has a character that cannot be represented. */
  length(text: string): number
  /**
   * Writes `text` at `at` and returns where it ends, or -1 when it has a character that cannot be represented (the room
   * then holds anything). The caller has made room for `length(text)` bytes, or for `bytesPerUnit * text.length`.
   */
  encodeInto(text: string, bytes: Uint8Array, at: number): number
}
