/**
 * A length that the framing fills in, and a checksum over it.
 *
 *   | kind | length | … | checksum over all of it |
 *
 * The framing writes the length when the codec has done its work, checksum included. Here the codec is told beforehand what
 * the framing is going to write.
 */
import { Output } from '../bytes/index.js'
import type { Codec, Field } from '../codec.js'
import type { Framing } from '../framing/index.js'
import { replaceAt } from './path.js'

/** The bytes of `body`, in which fields that the framing writes over get what it writes. @throws {UsageError} */
export function encodeFilled(codec: Codec<unknown, unknown>, body: unknown, framing: Framing | undefined): Uint8Array {
  const bytes = codec.encode(body)
  const sent = framing && asSent(framing, bytes)
  if (!sent || sent.length !== bytes.length || Buffer.compare(sent, bytes) === 0) return bytes
  for (const { path, value } of changed(codec.inspect(sent), bytes, sent)) replaceAt(body, path, value)
  return codec.encode(body)
}

/** A body as its receiver will see it. */
function asSent(framing: Framing, body: Uint8Array): Uint8Array | undefined {
  const output = new Output()
  const mark = framing.begin(output)
  output.append(body)
  framing.finish(output, mark)
  const decoder = framing.decoder()
  decoder.write(output.copy())
  return decoder.read() ? decoder.bytes.subarray(decoder.start, decoder.end) : undefined
}

/** The smallest fields whose bytes are others. */
function changed(field: Field, before: Uint8Array, after: Uint8Array): readonly Field[] {
  const [from, to] = [field.offset, field.offset + field.length]
  if (Buffer.compare(before.subarray(from, to), after.subarray(from, to)) === 0) return []
  if (field.fields && field.fields.length > 0) return field.fields.flatMap((part) => changed(part, before, after))
  return 'value' in field ? [field] : []
}
