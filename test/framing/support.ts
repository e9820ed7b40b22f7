/** What the framing tests share: every framing once, with bodies that it can carry, and ways of cutting a stream. */

import {
  cobs,
  defineFraming,
  delimiter,
  type Framing,
  FramingError,
  type FramingOptions,
  fixedLength,
  type Grammar,
  lengthPrefix,
  lines,
  netstring,
  records,
  selfDelimiting,
  slip,
  varintPrefix,
} from 'wirewright/framing'
import { struct } from 'wirewright/struct'
import { Output, toHex } from '#floor/bytes'
import { WirewrightError } from '#ground/errors'

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** Numbers from 0 to 2^32 - 1 that are the same on every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** `length` bytes that are none of those that any framing here gives a meaning to, but for the zeros in between. */
export function filler(length: number, zeros = false): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (zeros && i % 5 === 4 ? 0 : 0x61 + (i % 23)))
}

export interface Sample {
  readonly name: string
  readonly make: (options?: FramingOptions) => Framing
  /** A body of exactly `length` bytes that it can carry, or undefined when there is none. */
  bodyOf(length: number): Uint8Array | undefined
  /** Bodies worth trying, short ones. */
  readonly bodies: readonly Uint8Array[]
  /** Bytes of a frame that may stand alone without being the beginning of one: SLIP's first END. */
  readonly filling?: number
  /** True when every body has the same length, which then is the limit. */
  readonly fixed?: boolean
}

const any = [0, 1, 2, 3, 0, 0, 17, 1, 40].map((length) => filler(length, true))
const anyBytes: readonly Uint8Array[] = [...any, Uint8Array.of(0xc0, 0xdb, 0xdc, 0xdd, 0, 0xff, 10, 13, 0x2c, 0x3a)]
const plain = any.map((body) => filler(body.length))

function prefixed(format: string, options: object = {}, bodies = anyBytes): Sample {
  const name = `lengthPrefix('${format}'${Object.keys(options).length > 0 ? `, ${JSON.stringify(options)}` : ''})`
  return { name, make: (more) => lengthPrefix(format, { ...options, ...more }), bodyOf: (n) => filler(n, true), bodies }
}

/** Bodies that hold their own header: `header` has the length's bytes at `at`, most significant first, saying `says(total)`. */
function headed(
  name: string,
  make: Sample['make'],
  header: number,
  at: number,
  size: number,
  says: (total: number) => number,
): Sample {
  const bodyOf = (length: number): Uint8Array | undefined => {
    if (length < header) return undefined
    const body = filler(length, true)
    let left = says(length)
    for (let i = size - 1; i >= 0; i--, left = Math.floor(left / 256)) body[at + i] = left % 256
    return left > 0 ? undefined : body
  }
  return { name, make, bodyOf, bodies: [header, header + 1, header, header + 30].map((length) => bodyOf(length)!) }
}

const varintHeaded: Sample = {
  name: 'varintPrefix({ lengthOffset: 1, maxPrefixLength: 4 })',
  make: (options) => varintPrefix({ lengthOffset: 1, maxPrefixLength: 4, ...options }),
  bodyOf(length) {
    const rest = length - 2 < 128 ? length - 2 : length - 3
    if (rest < 0 || (rest < 128 && length - rest > 2) || rest >= 16384) return undefined
    const prefix = rest < 128 ? [rest] : [(rest & 127) | 128, rest >> 7]
    return Uint8Array.of(0x30, ...prefix, ...filler(rest, true))
  },
  get bodies() {
    return [2, 3, 2, 40, 140].map((length) => this.bodyOf(length)!)
  },
}

/** Finds the end of RESP2 values: simple strings, errors, integers, bulk strings and arrays of them. */
export const resp: Grammar = {
  boundary() {
    let at = 0
    let line = 0
    let values = 1
    return {
      scan(bytes, start, end) {
        while (values > 0) {
          // `at` is where the current value begins, `line` how far its first line is known to hold no end.
          let lineEnd = start + Math.max(at, line)
          while (lineEnd < end && bytes[lineEnd] !== 10) lineEnd++
          line = lineEnd - start
          if (lineEnd === end) return start - end - 1
          const type = String.fromCharCode(bytes[start + at]!)
          if (!'+-:$*'.includes(type)) throw new FramingError('FRAME_MALFORMED', `'${type}' is no type of RESP`)
          const number = Number(
            String.fromCharCode(...bytes.subarray(start + at + 1, Math.min(lineEnd - 1, start + at + 12))),
          )
          at = lineEnd + 1 - start
          values--
          if (type === '*' && number > 0) values += number
          if (type === '$' && number >= 0) {
            at += number + 2
            if (values > 0 && start + at > end) return -at
          }
        }
        const length = at
        at = line = 0
        values = 1
        return length
      },
    }
  },
  describe: () => ({ kind: 'resp' }),
}

const stx = (options?: FramingOptions): Framing =>
  defineFraming('stx', {
    maxFrameLength: 65535,
    ...options,
    splitter: () => ({
      head: 3,
      tail: 1,
      split(bytes, start, end, maxFrameLength) {
        if (bytes[start] !== 2) throw new FramingError('FRAME_MALFORMED', 'no STX')
        if (end - start < 3) return -3
        const length = bytes[start + 1]! * 256 + bytes[start + 2]!
        if (length > maxFrameLength) throw new FramingError('FRAME_TOO_LONG', `${length} exceeds ${maxFrameLength}`)
        return length + 4
      },
    }),
    head: 3,
    seal(output, start) {
      const length = output.length - start - 3
      output.bytes.set([2, length >> 8, length], start)
      output.append(Uint8Array.of(3))
    },
  })

const respLine = (length: number): Uint8Array | undefined =>
  length < 3 ? undefined : bytes(`+${'x'.repeat(length - 3)}\r\n`)

export const SAMPLES: readonly Sample[] = [
  ...['B', '!H', '<H', 'u24', 'u24le', '!I', '<I', '@N', 'u48le', '!Q', '<Q'].map((format) => prefixed(format)),
  prefixed('!H', { counts: 'all' }),
  prefixed('<I', { counts: 'from-itself', lengthAdjustment: 3 }),
  headed(
    'a header that is kept',
    (o) => lengthPrefix('!H', { strip: 0, ...o }),
    2,
    0,
    2,
    (total) => total - 2,
  ),
  headed(
    'PostgreSQL',
    (o) => lengthPrefix('!I', { lengthOffset: 1, counts: 'from-itself', ...o }),
    ...([5, 1, 4, (total: number) => total - 1] as const),
  ),
  headed(
    'a length in the middle of a header of five bytes',
    (o) => lengthPrefix('!H', { lengthOffset: 2, lengthAdjustment: 1, ...o }),
    ...([5, 2, 2, (total: number) => total - 5] as const),
  ),
  { name: 'varintPrefix()', make: varintPrefix, bodyOf: (n) => filler(n, true), bodies: [...anyBytes, filler(130)] },
  varintHeaded,
  { name: 'delimiter(0x00)', make: (o) => delimiter(Uint8Array.of(0), o), bodyOf: filler, bodies: plain },
  {
    name: "delimiter('aab')",
    make: (o) => delimiter('aab', o),
    bodyOf: (n) => new Uint8Array(n).fill(0x61),
    bodies: ['', 'a', 'aa', 'ab', 'aaaa', 'ba', '', 'abab', 'bbb'].map(bytes),
  },
  { name: 'lines()', make: lines, bodyOf: filler, bodies: [...plain, bytes('\r'), bytes('a\rb\r')] },
  {
    name: "lines({ ending: 'crlf' })",
    make: (o) => lines({ ending: 'crlf', ...o }),
    bodyOf: filler,
    bodies: [...plain, bytes('\r'), bytes('\n'), bytes('\n\r')],
  },
  {
    name: 'fixedLength(3)',
    make: () => fixedLength(3),
    bodyOf: (n) => (n === 3 ? filler(3) : undefined),
    bodies: [filler(3), Uint8Array.of(0, 0, 0), filler(3)],
    fixed: true,
  },
  {
    name: "records(struct('<HB'))",
    make: () => records(struct('<HB')),
    bodyOf: (n) => (n === 3 ? filler(3) : undefined),
    bodies: [filler(3), Uint8Array.of(0, 0, 0)],
    fixed: true,
  },
  { name: 'netstring()', make: netstring, bodyOf: filler, bodies: anyBytes },
  {
    name: 'cobs()',
    make: cobs,
    bodyOf: (n) => filler(n, true),
    bodies: [...anyBytes, filler(254), filler(255), filler(300)],
  },
  {
    name: 'slip()',
    make: slip,
    bodyOf: (n) => (n === 0 ? undefined : filler(n)),
    bodies: anyBytes.filter((body) => body.length > 0),
    filling: 1,
  },
  {
    name: 'slip({ leadingEnd: false })',
    make: (o) => slip({ leadingEnd: false, ...o }),
    bodyOf: (n) => (n === 0 ? undefined : filler(n)),
    bodies: anyBytes.filter((body) => body.length > 0),
  },
  {
    name: 'selfDelimiting(RESP)',
    make: (o) => selfDelimiting(resp, o),
    bodyOf: respLine,
    bodies: [
      '+\r\n',
      '$0\r\n\r\n',
      '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n',
      '$-1\r\n',
      '*0\r\n',
      ':12\r\n',
      '*1\r\n*1\r\n+a\r\n',
    ].map(bytes),
  },
  { name: 'one of our own', make: stx, bodyOf: (n) => filler(n, true), bodies: anyBytes },
]

/** A stream of frames, and where each of them ends. */
export function encode(framing: Framing, bodies: readonly Uint8Array[]): { stream: Uint8Array; ends: number[] } {
  const output = new Output()
  const ends = bodies.map((body) => {
    const mark = framing.begin(output)
    output.append(body)
    framing.finish(output, mark)
    return output.length
  })
  return { stream: output.copy(), ends }
}

/** What came of a stream, read frame by frame: the bodies in hexadecimal, and the code of the error that ended it, if one did. */
export interface Outcome {
  readonly bodies: readonly string[]
  readonly error?: string
}

export function outcome(framing: Framing, pieces: Iterable<Uint8Array>): Outcome {
  const decoder = framing.decoder()
  const bodies: string[] = []
  try {
    for (const piece of pieces) {
      decoder.write(piece)
      while (decoder.read()) bodies.push(toHex(decoder.bytes.subarray(decoder.start, decoder.end)))
    }
    decoder.finish()
    return { bodies }
  } catch (error) {
    if (!(error instanceof WirewrightError)) throw error
    return { bodies, error: error.code }
  }
}

/**
 * Whether `pieces`, read all at once, give exactly `expected` and a clean end. Nothing is allocated, so that very many cuts
 * can be tried.
 */
export function gives(framing: Framing, pieces: readonly Uint8Array[], expected: readonly Uint8Array[]): boolean {
  const decoder = framing.decoder()
  let count = 0
  let equal = 0
  const compare = (bytes: Uint8Array, start: number, end: number) => {
    const body = expected[count++]
    if (body === undefined || body.length !== end - start) return
    let i = 0
    while (i < body.length && bytes[start + i] === body[i]) i++
    if (i === body.length) equal++
  }
  for (const piece of pieces) {
    decoder.write(piece)
    decoder.readAll(compare)
  }
  decoder.finish()
  return count === expected.length && equal === count
}

/** `stream` cut at the given places, each piece in an array of its own that is wiped when the next one is asked for. */
export function* lent(stream: Uint8Array, cuts: readonly number[]): Iterable<Uint8Array> {
  let from = 0
  for (const to of [...cuts, stream.length]) {
    const piece = stream.slice(from, to)
    yield piece
    piece.fill(0xee)
    from = to
  }
}

/** `stream` in pieces of `size`. */
export function pieces(stream: Uint8Array, size: number): Uint8Array[] {
  const all: Uint8Array[] = []
  for (let at = 0; at < stream.length; at += size) all.push(stream.subarray(at, at + size))
  return all
}
