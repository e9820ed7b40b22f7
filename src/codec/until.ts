/** Up to a terminator: bytes that end something, are not a part of it and cannot occur in it. */
import { encodeUtf8Into, findBytes, toHex, utf8Length } from '../bytes/index.js'
import type { Description } from '../codec.js'
import { badDefinition } from './errors.js'
import { Terminator } from './extent.js'
import { lack, type Reader } from './reader.js'
import type { Scan, Scanner } from './scan.js'
import { refuse, type Writer } from './writer.js'

export class Until extends Terminator {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    super()
    if (bytes.length === 0) throw badDefinition('a terminator has at least one byte')
    this.bytes = bytes
  }
  describe(): Description {
    return { kind: 'until', bytes: toHex(this.bytes) }
  }
  open(r: Reader): number {
    const { bytes } = this
    const end = findBytes(r.bytes, bytes, Math.max(r.at, r.searched), r.end)
    if (end < 0) {
      // The terminator may be cut in two.
      r.searched = r.end - bytes.length + 1
      const until = Math.max(r.end + 1, r.at + bytes.length)
      lack(r, until, `the terminator ${toHex(bytes, ' ')} is missing`, r.end)
    }
    r.searched = 0
    return end
  }
  close(w: Writer, from: number): void {
    const { bytes } = this
    const { out } = w
    const end = out.length
    out.append(bytes)
    // Also where it begins in the content and ends in the terminator.
    if (findBytes(out.bytes, bytes, from, out.length) !== end)
      refuse(w, 'BAD_TEXT', `contains its own terminator ${toHex(bytes, ' ')}`)
  }
  isNext(r: Reader): boolean {
    return this.#isAt(r.bytes, r.at, r.end)
  }
  *scanNext(s: Scanner): Scan<boolean> {
    yield* s.need(1)
    // Waiting for more than the first byte is right only when that is there.
    if (s.bytes[s.at] !== this.bytes[0]) return false
    yield* s.need(this.bytes.length)
    return this.isNext(s)
  }
  closeList(w: Writer, starts: readonly number[]): void {
    const { out } = w
    out.append(this.bytes)
    for (const [i, at] of starts.entries())
      if (this.#isAt(out.bytes, at, out.length))
        refuse(w, 'MISMATCH', `element ${i} looks like the end of the array, ${toHex(this.bytes, ' ')}`)
  }
  #isAt(bytes: Uint8Array, at: number, end: number): boolean {
    return findBytes(bytes, this.bytes, at, Math.min(end, at + this.bytes.length)) === at
  }
}

/**
 * Up to a terminator: one byte, several, or text.
 *
 * @example
 * string(until('\r\n')).encode('OK')   // 4f 4b 0d 0a
 */
export function until(terminator: number | string | Uint8Array): Until {
  if (typeof terminator === 'number') return new Until(Uint8Array.of(terminator))
  if (typeof terminator !== 'string') return new Until(Uint8Array.from(terminator))
  const bytes = new Uint8Array(Math.max(0, utf8Length(terminator)))
  encodeUtf8Into(terminator, bytes, 0)
  return new Until(bytes)
}
