/** What messages refer to outside their own bytes, read from their descriptions: `header('…')`, `state('…')`, `asked('…')`. */
import type { Codec, CodecContext } from '../codec.js'

type Source = keyof CodecContext

const SOURCES: readonly Source[] = ['header', 'state', 'asked']

/** Whether decoding or encoding needs it. */
export function refersTo(codec: Codec<unknown, unknown>, source: Source): boolean {
  return sourcesIn(codec.describe()).has(source)
}

/** What a codec needs; nothing yet, where a part of it is defined further down in the program than this call stands. */
export function sourcesOf(codec: Codec<unknown, unknown>): ReadonlySet<Source> {
  try {
    return sourcesIn(codec.describe())
  } catch {
    return new Set()
  }
}

function sourcesIn(description: unknown, found: Set<Source> = new Set()): Set<Source> {
  if (typeof description !== 'object' || description === null) return found
  const { kind, path } = description as { kind?: unknown; path?: unknown }
  const source = SOURCES.find((one) => one === kind)
  if (source && typeof path === 'string') found.add(source)
  for (const part of Object.values(description)) sourcesIn(part, found)
  return found
}
