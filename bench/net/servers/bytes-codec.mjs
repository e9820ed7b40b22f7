/** Bodies that are bytes: decoding gives a view of what came, which is good until the handler returns. */
export const bytes = {
  fixedSize: undefined,
  minSize: 0,
  maxSize: Number.POSITIVE_INFINITY,
  encode: (value) => value,
  encodeInto(value, target, offset = 0) {
    target.set(value, offset)
    return value.length
  },
  encodeTo: (value, output) => output.append(value),
  encodedSize: (value) => value.length,
  decode: (from, start = 0, end = from.length) => new Uint8Array(from.buffer, from.byteOffset + start, end - start),
  decodeFrom(from, start = 0, end = from.length) {
    return { value: this.decode(from, start, end), bytesRead: end - start }
  },
  inspect: (_from, start, end) => ({ path: '', offset: start, length: end - start }),
  describe: () => ({ kind: 'bytes' }),
}
