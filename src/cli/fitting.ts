/** Which framings unknown bytes would fit: all of them, or all but the beginning of a last frame. */
import { checkFit, parseFraming } from '../framing/index.js'

export interface Fitting {
  readonly framing: string
  readonly frames: number
  /** Bytes of a frame that is not all there; only where the frames before it can hardly be chance. */
  readonly held: number
}

/** Of framings that resemble each other, the one least likely by chance; whole frames before a torn one. */
export function fitting(bytes: Uint8Array): readonly Fitting[] {
  if (bytes.length < 2) return []
  const best = (judge: (framing: string) => Fitting | undefined): readonly Fitting[] =>
    CANDIDATES.flatMap((alike) => {
      for (const framing of alike) {
        const found = judge(framing)
        if (found) return [found]
      }
      return []
    })
  const whole = best((framing) => {
    const { fits, frames } = checkFit(parseFraming(framing), bytes)
    return fits && frames > 0 ? { framing, frames, held: 0 } : undefined
  })
  return whole.length > 0 ? whole : best((framing) => torn(framing, bytes))
}

/**
 * Two frames or more that are most of the bytes and not mostly empty, behind lengths of two bytes or more: anything at all
 * ends within a frame whose length is one byte.
 */
function torn(framing: string, bytes: Uint8Array): Fitting | undefined {
  const [, format] = /^lengthPrefix\([!<]([HIQ])/.exec(framing) ?? []
  if (format === undefined) return undefined
  const { frames, held, error } = checkFit(parseFraming(framing), bytes)
  const whole = bytes.length - held
  const isLikely = frames >= 2 && whole / frames >= 2 * WIDTHS[format as keyof typeof WIDTHS] && whole > held
  return error?.code === 'FRAME_TRUNCATED' && isLikely ? { framing, frames, held } : undefined
}

const WIDTHS = { H: 2, I: 4, Q: 8 } as const

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
