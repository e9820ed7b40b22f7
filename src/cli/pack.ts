/** `wirewright pack` and `wirewright unpack`. */
import { fromHex, toHex } from '../bytes/index.js'
import { struct } from '../struct/index.js'
import { CommandError, EXIT } from './exit.js'
import { bodyFromWords, lines } from './values.js'

export function packCommand(format: string, words: readonly string[]): void {
  const codec = struct(format)
  process.stdout.write(`${toHex(codec.encode(bodyFromWords(codec, words) as never))}\n`)
}

export function unpackCommand(format: string, hex: readonly string[]): void {
  const codec = struct(format)
  const bytes = fromHex(hex.join(''))
  if (!bytes)
    throw new CommandError(
      EXIT.usage,
      `'${hex.join(' ')}' is not hexadecimal: write two digits for each byte, such as 0a41ff00`,
    )
  if (bytes.length !== codec.size)
    throw new CommandError(EXIT.usage, `'${format}' describes ${codec.size} bytes, and these are ${bytes.length}`)
  process.stdout.write(lines(codec.unpack(bytes)))
}
