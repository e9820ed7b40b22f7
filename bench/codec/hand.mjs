/**
 * The limit: the tasks by hand, as someone would write them who knows V8 and has only these messages to serve.
 *
 * Shifts on the bytes, a scratch for floats and 64-bit integers, a DataView where one buffer holds everything, the
 * runtime's own functions for text. No checks of values, and of bytes only those that reading needs; what is decoded
 * owns its bytes. Loaded twice, under two addresses, this file is its own control.
 */
const f64 = new Float64Array(1)
const f32 = new Float32Array(f64.buffer)
const u64 = new BigUint64Array(f64.buffer)
const i32 = new Int32Array(f64.buffer)
const { utf8Slice, utf8Write } = Buffer.prototype

function encodeA(id, tag, level) {
  const out = new Uint8Array(10)
  out[0] = id >>> 24
  out[1] = id >>> 16
  out[2] = id >>> 8
  out[3] = id
  out[4] = tag[0]
  out[5] = tag[1]
  f32[0] = level
  const bits = i32[0]
  out[6] = bits >>> 24
  out[7] = bits >>> 16
  out[8] = bits >>> 8
  out[9] = bits
  return out
}

function tagOf(bytes) {
  const tag = new Uint8Array(2)
  tag[0] = bytes[4]
  tag[1] = bytes[5]
  return tag
}

function levelOf(bytes) {
  i32[0] = (bytes[6] << 24) | (bytes[7] << 16) | (bytes[8] << 8) | bytes[9]
  return f32[0]
}

function need(bytes, size) {
  if (bytes.length < size) throw new RangeError(`${size} bytes are needed, ${bytes.length} are there`)
}

function idOf(bytes) {
  return ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0
}

function encodeB(kind, port, serial, total, ratio, time, delta, offset, valid) {
  const out = new Uint8Array(34)
  out[0] = kind
  out[1] = port
  out[2] = port >>> 8
  out[3] = serial
  out[4] = serial >>> 8
  out[5] = serial >>> 16
  out[6] = serial >>> 24
  u64[0] = total
  let bits = i32[0]
  out[7] = bits
  out[8] = bits >>> 8
  out[9] = bits >>> 16
  out[10] = bits >>> 24
  bits = i32[1]
  out[11] = bits
  out[12] = bits >>> 8
  out[13] = bits >>> 16
  out[14] = bits >>> 24
  f32[0] = ratio
  bits = i32[0]
  out[15] = bits
  out[16] = bits >>> 8
  out[17] = bits >>> 16
  out[18] = bits >>> 24
  f64[0] = time
  bits = i32[0]
  out[19] = bits
  out[20] = bits >>> 8
  out[21] = bits >>> 16
  out[22] = bits >>> 24
  bits = i32[1]
  out[23] = bits
  out[24] = bits >>> 8
  out[25] = bits >>> 16
  out[26] = bits >>> 24
  out[27] = delta
  out[28] = delta >>> 8
  out[29] = offset
  out[30] = offset >>> 8
  out[31] = offset >>> 16
  out[32] = offset >>> 24
  out[33] = valid ? 1 : 0
  return out
}

function u32le(b, o) {
  return (b[o] | (b[o + 1] << 8) | (b[o + 2] << 16) | (b[o + 3] << 24)) >>> 0
}
function i32le(b, o) {
  return b[o] | (b[o + 1] << 8) | (b[o + 2] << 16) | (b[o + 3] << 24)
}
function u64le(b, o) {
  i32[0] = i32le(b, o)
  i32[1] = i32le(b, o + 4)
  return u64[0]
}
function f32le(b, o) {
  i32[0] = i32le(b, o)
  return f32[0]
}
function f64le(b, o) {
  i32[0] = i32le(b, o)
  i32[1] = i32le(b, o + 4)
  return f64[0]
}

let room = new Uint8Array(1024)

function encodeC({ name, code, samples }) {
  const units = name.length
  const count = samples.length
  if (room.length < 3 * units + 2 * count + 8) room = new Uint8Array(2 * (3 * units + 2 * count + 8))
  const out = room
  let at = 2
  if (units <= 16) {
    for (let i = 0; i < units; i++) {
      const unit = name.charCodeAt(i)
      if (unit < 0x80) out[at++] = unit
      else if (unit < 0x800) {
        out[at] = 0xc0 | (unit >> 6)
        out[at + 1] = 0x80 | (unit & 63)
        at += 2
      } else if ((unit & 0xf800) !== 0xd800) {
        out[at] = 0xe0 | (unit >> 12)
        out[at + 1] = 0x80 | ((unit >> 6) & 63)
        out[at + 2] = 0x80 | (unit & 63)
        at += 3
      } else {
        at = 2 + utf8Write.call(out, name, 2, out.length - 2)
        break
      }
    }
  } else at += utf8Write.call(out, name, 2, out.length - 2)
  const length = at - 2
  out[0] = length >>> 8
  out[1] = length
  out[at] = code >>> 24
  out[at + 1] = code >>> 16
  out[at + 2] = code >>> 8
  out[at + 3] = code
  out[at + 4] = count >>> 8
  out[at + 5] = count
  at += 6
  for (let i = 0; i < count; i++) {
    const sample = samples[i]
    out[at] = sample >>> 8
    out[at + 1] = sample
    at += 2
  }
  return out.slice(0, at)
}

function decodeC(bytes) {
  const end = 2 + ((bytes[0] << 8) | bytes[1])
  if (end + 6 > bytes.length) throw new RangeError('the name is cut short')
  const name = utf8Slice.call(bytes, 2, end)
  const code = (bytes[end] << 24) | (bytes[end + 1] << 16) | (bytes[end + 2] << 8) | bytes[end + 3]
  const count = (bytes[end + 4] << 8) | bytes[end + 5]
  if (end + 6 + 2 * count > bytes.length) throw new RangeError('the samples are cut short')
  const samples = new Array(count)
  for (let i = 0, at = end + 6; i < count; i++, at += 2) samples[i] = (bytes[at] << 8) | bytes[at + 1]
  return { name, code, samples }
}

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const hand = {
  a: {
    object: {
      encode: (v) => encodeA(v.id, v.tag, v.level),
      decode(bytes) {
        need(bytes, 10)
        return { id: idOf(bytes), tag: tagOf(bytes), level: levelOf(bytes) }
      },
    },
    tuple: {
      encode: (v) => encodeA(v[0], v[1], v[2]),
      decode(bytes) {
        need(bytes, 10)
        return [idOf(bytes), tagOf(bytes), levelOf(bytes)]
      },
    },
  },
  b: {
    object: {
      encode: (v) => encodeB(v.kind, v.port, v.serial, v.total, v.ratio, v.time, v.delta, v.offset, v.valid),
      decode(b) {
        need(b, 34)
        return {
          kind: b[0],
          port: b[1] | (b[2] << 8),
          serial: u32le(b, 3),
          total: u64le(b, 7),
          ratio: f32le(b, 15),
          time: f64le(b, 19),
          delta: ((b[27] | (b[28] << 8)) << 16) >> 16,
          offset: i32le(b, 29),
          valid: b[33] !== 0,
        }
      },
    },
    tuple: {
      encode: (v) => encodeB(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
      decode(b) {
        need(b, 34)
        return [
          b[0],
          b[1] | (b[2] << 8),
          u32le(b, 3),
          u64le(b, 7),
          f32le(b, 15),
          f64le(b, 19),
          ((b[27] | (b[28] << 8)) << 16) >> 16,
          i32le(b, 29),
          b[33] !== 0,
        ]
      },
    },
  },
  c: { object: { encode: encodeC, decode: decodeC } },
  d: {
    object: {
      encode(records) {
        const out = new Uint8Array(12 * records.length)
        const view = viewOf(out)
        for (let i = 0, at = 0; i < records.length; i++, at += 12) {
          const record = records[i]
          view.setUint32(at, record.id)
          view.setInt32(at + 4, record.change)
          view.setFloat32(at + 8, record.level)
        }
        return out
      },
      decode(bytes) {
        const view = viewOf(bytes)
        const count = bytes.length / 12
        const records = new Array(count)
        for (let i = 0, at = 0; i < count; i++, at += 12)
          records[i] = { id: view.getUint32(at), change: view.getInt32(at + 4), level: view.getFloat32(at + 8) }
        return records
      },
    },
    tuple: {
      encode(records) {
        const out = new Uint8Array(12 * records.length)
        const view = viewOf(out)
        for (let i = 0, at = 0; i < records.length; i++, at += 12) {
          const record = records[i]
          view.setUint32(at, record[0])
          view.setInt32(at + 4, record[1])
          view.setFloat32(at + 8, record[2])
        }
        return out
      },
      decode(bytes) {
        const view = viewOf(bytes)
        const count = bytes.length / 12
        const records = new Array(count)
        for (let i = 0, at = 0; i < count; i++, at += 12)
          records[i] = [view.getUint32(at), view.getInt32(at + 4), view.getFloat32(at + 8)]
        return records
      },
      /** One record after the other, none kept longer than its successors need to overwrite it. */
      each(bytes, visit) {
        const view = viewOf(bytes)
        for (let at = 0; at < bytes.length; at += 12)
          visit([view.getUint32(at), view.getInt32(at + 4), view.getFloat32(at + 8)])
      },
    },
  },
}
hand.cU = hand.c
