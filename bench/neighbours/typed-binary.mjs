/** typed-binary: no 64-bit integers, so no task b; task c in a format of its own (text ends with a zero byte, counts have 32 bits). */
import {
  arrayOf,
  BufferReader,
  BufferWriter,
  dynamicArrayOf,
  f32,
  i32,
  object,
  string,
  u8Array,
  u16,
  u32,
} from 'typed-binary'

const big = { endianness: 'big' }
const a = object({ id: u32, tag: u8Array(2), level: f32 })
const c = object({ name: string, code: i32, samples: dynamicArrayOf(u16) })
const d = arrayOf(object({ id: u32, change: i32, level: f32 }), 100_000)

const cell = (schema, more) => ({
  shape: 'object',
  encode(v) {
    const bytes = new Uint8Array(schema.measure(v).size)
    schema.write(new BufferWriter(bytes.buffer, big), v)
    return bytes
  },
  decode: (bytes) => schema.read(new BufferReader(bytes, big)),
  ...more,
})

export const cells = {
  a: cell(a),
  c: cell(c, { sameBytes: false }),
  cU: cell(c, { sameBytes: false }),
  d: cell(d),
}
