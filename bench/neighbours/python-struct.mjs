/** python-struct: strings for `2s`, `Long` objects for `Q`; no format for task c. */
import { createRequire } from 'node:module'
import struct from 'python-struct'

// It knows only the Long that it brings along.
const Long = createRequire(import.meta.resolve('python-struct'))('long')

const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const RECORD = '!Iif'
const SIZE = struct.sizeOf(RECORD)

export const cells = {
  a: {
    shape: 'tuple',
    input: ({ id, tag, level }) => [id, String.fromCharCode(...tag), level],
    receive: buffer,
    encode: (values) => struct.pack('!I2sf', values),
    decode: (bytes) => struct.unpack('!I2sf', bytes),
    plain: ([id, tag, level]) => [id, new TextEncoder().encode(tag), level],
    read: (v) => v[0] + v[1].charCodeAt(0) + v[1].charCodeAt(1) + v[2],
  },
  b: {
    shape: 'tuple',
    input: (v) => Object.values({ ...v, total: Long.fromString(`${v.total}`, true) }),
    receive: buffer,
    encode: (values) => struct.pack('<BHIQfdhi?', values),
    decode: (bytes) => struct.unpack('<BHIQfdhi?', bytes),
    plain: (v) => [...v.slice(0, 3), BigInt(`${v[3]}`), ...v.slice(4)],
    read: (v) => v[0] + v[1] + v[2] + v[3].low + v[3].high + v[4] + v[5] + v[6] + v[7] + (v[8] ? 1 : 0),
  },
  d: {
    shape: 'tuple',
    receive: buffer,
    encode(records) {
      const out = Buffer.allocUnsafe(SIZE * records.length)
      for (let i = 0; i < records.length; i++) out.set(struct.pack(RECORD, records[i]), SIZE * i)
      return out
    },
    decode(bytes) {
      const records = new Array(bytes.length / SIZE)
      for (let i = 0; i < records.length; i++) records[i] = struct.unpackFrom(RECORD, bytes, false, SIZE * i)
      return records
    },
    each(bytes, visit) {
      for (let at = 0; at < bytes.length; at += SIZE) visit(struct.unpackFrom(RECORD, bytes, false, at))
    },
  },
}
