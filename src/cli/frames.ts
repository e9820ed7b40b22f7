/** Bytes cut into frames, and each frame into fields: what `decode` does, without a socket in sight. */
import type { FrameDecoder } from '../framing/index.js'
import { calcsize } from '../struct/index.js'
import { ownerless, type Row, rowsOf } from './fields.js'
import type { Guess } from './guess.js'
import type { Frame } from './print.js'

/** The frames of `bytes`, the first so many of a stream, and why there are no more. */
export interface Cut {
  readonly frames: readonly Frame[]
  /** Why what is left is no frame. */
  readonly error: Error | undefined
}

/** Cuts `bytes` and decodes each frame; without a framing all of them are one. */
export function cut(bytes: Uint8Array, guess: Guess): Cut {
  const { framing } = guess
  if (!framing)
    return { frames: [frameOf(guess, { whole: bytes, body: bytes, number: 1, offset: 0, head: 0 })], error: undefined }
  const frames: Frame[] = []
  const decoder = framing.decoder()
  try {
    decoder.write(bytes)
    for (let at = 0; ; ) {
      // `held` falls by the whole frame, head and tail included.
      if (!decoder.read()) break
      const end = bytes.length - decoder.held
      frames.push(oneFrame(guess, bytes, decoder, { number: frames.length + 1, at, end }))
      at = end
    }
    decoder.finish()
    return { frames, error: undefined }
  } catch (error) {
    return { frames, error: error as Error }
  }
}

function oneFrame(
  guess: Guess,
  bytes: Uint8Array,
  decoder: FrameDecoder,
  { number, at, end }: { number: number; at: number; end: number },
): Frame {
  const body = decoder.bytes.subarray(decoder.start, decoder.end)
  // A body that had to be unescaped (SLIP, COBS) lies nowhere in the input: then its own bytes are what is counted.
  if (decoder.bytes !== bytes) {
    const copy = Uint8Array.prototype.slice.call(body)
    return frameOf(guess, { whole: copy, body: copy, number, offset: 0, head: 0 })
  }
  return frameOf(guess, { whole: bytes.subarray(at, end), body, number, offset: at, head: decoder.start - at })
}

/** One codec describes every frame of a capture. */
const TUPLES = new WeakMap<object, boolean>()

/** Whether what is numbered in what it decodes may be the tuple of a struct. */
function hasTuples(codec: NonNullable<Guess['codec']>): boolean {
  const known = TUPLES.get(codec) ?? JSON.stringify(codec.describe()).includes('"kind":"struct"')
  TUPLES.set(codec, known)
  return known
}

/** A body with its fields. `head` says where in `whole` it begins. */
export function frameOf(
  { codec, message, format }: Guess,
  { whole, body, number, offset, head }: Pick<Frame, 'whole' | 'body' | 'number'> & { offset: number; head: number },
): Frame {
  const start = offset + head
  const base = { number, offset, whole, body, message }
  if (!codec) return { ...base, rows: undefined, error: undefined }
  const field = codec.inspect(body)
  const tail = whole.length - head - body.length
  const rows: Row[] = [
    ...(head > 0 ? [ownerless('frame', offset, head)] : []),
    ...rowsOf(field, message, () => hasTuples(codec)).map((row) => ({ ...row, offset: row.offset + start })),
    ...(tail > 0 ? [ownerless('frame', start + body.length, tail)] : []),
  ]
  const broken = rows.find(({ error }) => error !== undefined)
  return { ...base, rows, error: broken && wrong(broken, format, body.length) }
}

function wrong({ error, path }: Row, format: string | undefined, length: number): string {
  const other = format === undefined ? [] : formatsOfSize(format, length)
  return `${path && !error!.includes(path) ? `${path}: ` : ''}${error}${other.length > 0 ? `; ${other.join(' or ')} would fit` : ''}`
}

/** The same format with the alignment, or the sizes, of another prefix. */
function formatsOfSize(format: string, size: number): string[] {
  const [, prefix = '', rest = ''] = /^([@=<>!]?)(.*)$/s.exec(format) ?? []
  const aligned = prefix === '' || prefix === '@'
  return (aligned ? ['<', '!'] : ['@'])
    .map((other) => `${other}${rest}`)
    .filter((other) => calcsize(other as string) === size)
}
