/** Which framings unknown bytes would fit: all of them, or all but the beginning of a last frame; and how much that says. */
import { isUtf8 } from 'node:buffer'
import { FramingError, parseFraming } from '../framing/index.js'

export interface Fitting {
  readonly framing: string
  readonly frames: number
  /** Bytes of a frame that is not all there; only where the frames before it can hardly be chance. */
  readonly held: number
  /** Whether bytes that mean nothing would fit as well. */
  readonly isByChance: boolean
}

/** What a framing makes of bytes: undefined when it makes nothing of them. */
interface Reading {
  readonly frames: number
  readonly held: number
  /** Bytes in the bodies, and whether all of them are text. */
  readonly inside: number
  readonly isText: boolean
}
type Judge = (framing: string, bytes: Uint8Array) => Reading | undefined
type Judged = Fitting & { readonly chance: number }

/** Of framings that resemble each other, the one least likely by chance, and that one first; whole frames before a torn one. */
export function fitting(bytes: Uint8Array): readonly Fitting[] {
  if (bytes.length < 2) return []
  const whole = judged(even, bytes)
  return whole.length > 0 ? whole : judged(torn, bytes).filter(({ isByChance }) => !isByChance)
}

function judged(judge: Judge, bytes: Uint8Array): readonly Judged[] {
  const best = CANDIDATES.flatMap((alike) =>
    byChance(
      alike.flatMap((framing) => {
        const reading = judge(framing, bytes)
        if (!reading) return []
        const chance = chanceOf(framing, reading, judge, bytes)
        return { framing, ...reading, chance, isByChance: chance > MOST_CHANCE }
      }),
    ).slice(0, 1),
  )
  return byChance(best)
}

function byChance(found: readonly Judged[]): readonly Judged[] {
  return [...found].sort((a, b) => a.chance - b.chance)
}

/** Frames and nothing else. */
function even(framing: string, bytes: Uint8Array): Reading | undefined {
  const reading = read(framing, bytes)
  return reading && reading.held === 0 && reading.frames > 0 ? reading : undefined
}

/** Two frames or more that are most of the bytes and not mostly empty, behind lengths of two bytes or more. */
function torn(framing: string, bytes: Uint8Array): Reading | undefined {
  if (!/^lengthPrefix\([!<][HIQ]/.test(framing)) return undefined
  const reading = read(framing, bytes)
  const isMost = reading && reading.frames >= 2 && bytes.length - reading.held > reading.held
  return isMost && reading.inside >= 2 * reading.frames ? reading : undefined
}

function read(framing: string, bytes: Uint8Array): Reading | undefined {
  const decoder = parseFraming(framing).decoder()
  let [frames, inside, isText] = [0, 0, true]
  try {
    decoder.write(bytes)
    for (; decoder.read(); frames++) {
      const body = decoder.bytes.subarray(decoder.start, decoder.end)
      inside += body.length
      isText &&= isUtf8(body) && !body.some((byte) => byte < 0x20 && byte !== 0x09)
    }
    return { frames, held: decoder.held, inside, isText }
  } catch (error) {
    if (error instanceof FramingError) return undefined
    throw error
  }
}

/** Above it a fit says little: some forty framings are tried. */
const MOST_CHANCE = 0.05
/** Of the drawing: what takes a moment and no longer, however many bytes there are. */
const [MOST_ROUNDS, FEWEST_ROUNDS, MOST_BYTES] = [500, 8, 1 << 20]

/** How often bytes fit that are drawn from these and, one in two, from all there are. The same for the same bytes. */
function chanceOf(framing: string, { inside, isText }: Reading, judge: Judge, bytes: Uint8Array): number {
  // Frames without a body say nothing, and neither do zeros alone.
  if (inside === 0 || bytes.every((byte) => byte === bytes[0])) return 1
  // A mark at the end is often there by chance. That all before it is text is none.
  if (/^(lines|delimiter)/.test(framing)) return isText ? 0 : 1
  const drawn = new Uint8Array(Math.min(bytes.length, MOST_BYTES))
  const rounds = Math.max(FEWEST_ROUNDS, Math.min(MOST_ROUNDS, Math.floor(MOST_BYTES / drawn.length)))
  const random = numbers()
  let fits = 0
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < drawn.length; i++) {
      const number = random()
      drawn[i] = number & 1 ? number >>> 24 : bytes[(number >>> 1) % bytes.length]!
    }
    if (judge(framing, drawn)) fits++
  }
  return fits / rounds
}

/** Numbers of 32 bits that look random (xorshift, Marsaglia 2003). */
function numbers(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Wide before narrow: a short frame behind `!H` is an empty one and a full one behind `!B`. */
const BIG = ['!Q', '!I', '!H', '!B']
const LITTLE = ['<Q', '<I', '<H']
const OFFSETS = [1, 2, 3, 4]
const CANDIDATES: readonly (readonly string[])[] = [
  [...BIG.map((format) => `lengthPrefix(${format})`), 'varintPrefix'],
  BIG.map((format) => `lengthPrefix(${format}, counts: all)`),
  LITTLE.map((format) => `lengthPrefix(${format})`),
  LITTLE.map((format) => `lengthPrefix(${format}, counts: all)`),
  // Behind something that opens every frame. In one byte a length fits too much by chance.
  ...[BIG.slice(1, 3), LITTLE.slice(1)].flatMap((formats) =>
    ['', ', counts: all'].map((counts) =>
      formats.flatMap((format) => OFFSETS.map((at) => `lengthPrefix(${format}, lengthOffset: ${at}${counts})`)),
    ),
  ),
  ['netstring'],
  ['lines(ending: crlf)', 'lines'],
  ['cobs', 'delimiter(0x00)'],
  ['slip'],
]
