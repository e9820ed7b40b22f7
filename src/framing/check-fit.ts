/** Whether bytes are frames of a framing, and if not, what they would be frames of. */
import { FramingError } from './errors.js'
import type { FrameDecoder, Framing } from './framing.js'
import { framingFrom } from './from-description.js'
import { alternatives } from './length-hints.js'
import { type LengthPrefixOptions, layoutOf } from './length-layout.js'
import { showFraming } from './spelling.js'

/** What {@link checkFit} found. */
export interface Fit {
  /** True when the bytes are whole frames and nothing else. */
  readonly fits: boolean
  /** How many whole frames they begin with. */
  readonly frames: number
  /** Bytes behind those frames. */
  readonly held: number
  /** Why the bytes behind are no frame, or the frame they begin is not whole. */
  readonly error: FramingError | undefined
  /** Framings that do fit, as one would write them: the other byte order, a length that counts itself. */
  readonly instead: readonly string[]
}

/**
 * Reads `bytes`, the beginning of a stream, as frames. When they do not come out even, tries what people most often get
 * wrong about a length.
 *
 * @example
 * ```js
 * import { checkFit, lengthPrefix } from 'wirewright/framing'
 *
 * console.log(checkFit(lengthPrefix('!H'), Uint8Array.of(2, 0, 104, 105)).instead) // [ "lengthPrefix('<H')" ]
 * ```
 */
export function checkFit(framing: Framing, bytes: Uint8Array): Fit {
  const found = readAll(framing, bytes)
  return {
    ...found,
    instead: found.fits
      ? []
      : others(framing)
          .filter((other) => readAll(other, bytes).fits)
          .map(spell),
  }
}

/** `5 bytes held, the frame needs 27 more`; empty between two frames. */
export function showProgress({ held, expected }: Pick<FrameDecoder, 'held' | 'expected'>): string {
  if (held === 0) return ''
  const bytes = `${held} ${held === 1 ? 'byte' : 'bytes'} held`
  return expected === undefined
    ? `${bytes}, the frame's length is not known yet`
    : `${bytes}, the frame needs ${expected - held} more`
}

function readAll(framing: Framing, bytes: Uint8Array): Omit<Fit, 'instead'> {
  const decoder = framing.decoder()
  let frames = 0
  let held = bytes.length
  try {
    decoder.write(bytes)
    for (; decoder.read(); frames++) held = decoder.held
    held = decoder.held
    decoder.finish()
    return { fits: true, frames, held: 0, error: undefined }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    return { fits: false, frames, held, error }
  }
}

function others(framing: Framing): Framing[] {
  const description = framing.describe()
  if (framing.kind !== 'lengthPrefix') return []
  const { format, maxFrameLength: _, ...options } = description
  return alternatives(layoutOf(format as string, options as LengthPrefixOptions)).map((other) =>
    framingFrom({ ...description, ...other }),
  )
}

function spell(framing: Framing): string {
  const { maxFrameLength: _, ...description } = framing.describe()
  return showFraming(description as { kind: string })
}
