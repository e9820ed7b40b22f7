/** What is ours: a struct where Python's notation can say it, a record for everything. The neighbours of all others. */
import { array, bool, bytes, f32, f64, i16, i32, le, record, string, u8, u16, u32, u64 } from 'wirewright/codec'
import { struct } from 'wirewright/struct'

export function structs() {
  const a = struct('!I2sf')
  const b = struct('<BHIQfdhi?')
  const d = struct('!Iif')
  return {
    a: { shape: 'tuple', encode: (v) => a.pack(v[0], v[1], v[2]), decode: (message) => a.unpack(message) },
    b: {
      shape: 'tuple',
      encode: (v) => b.pack(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
      decode: (message) => b.unpack(message),
    },
    d: {
      shape: 'tuple',
      encode: (records) => d.packAll(records),
      decode: (message) => d.unpackAll(message),
      each: (message, visit) => d.forEach(message, visit),
    },
  }
}

export function records() {
  const cell = (codec) => ({
    shape: 'object',
    encode: (v) => codec.encode(v),
    decode: (message) => codec.decode(message),
  })
  const c = record({ name: string(u16), code: i32, samples: array(u16, u16) })
  return {
    a: cell(record({ id: u32, tag: bytes(2), level: f32 })),
    b: cell(
      le(
        record({
          kind: u8,
          port: u16,
          serial: u32,
          total: u64,
          ratio: f32,
          time: f64,
          delta: i16,
          offset: i32,
          valid: bool,
        }),
      ),
    ),
    c: cell(c),
    cU: cell(c),
    d: cell(array(record({ id: u32, change: i32, level: f32 }))),
  }
}
