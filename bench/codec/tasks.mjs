/**
 * The four tasks: values, their bytes, and how a result is read.
 *
 *   a   !I2sf           id: u32, tag: 2 bytes (letters), level: f32                               10 bytes
 *   b   <BHIQfdhi?      nine scalars, one of them a bigint                                        34 bytes
 *   c   no format       name: UTF-8 after a u16 length, code: i32, samples: u16 after a u16 count 44 bytes, big-endian
 *   cU  as c            the sixteen characters of the name take one to three bytes each
 *   d   !Iif            100 000 records, one after the other                                      12 bytes each
 *
 * Every value survives its trip (an f32 is one), so that results can be compared exactly.
 */
export const INPUTS = 256
export const RECORDS = 100_000

/** The same numbers in every process. */
function generator(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}

const next = generator(2026)
const f32 = () => Math.fround((next() - 2 ** 31) / 1e4)
const i32 = () => next() | 0
const letters = (alphabet) => Array.from({ length: 16 }, () => alphabet[(next() >>> 8) % alphabet.length]).join('')
const many = (count, make) => Array.from({ length: count }, make)

const a = many(INPUTS, () => ({
  id: next(),
  tag: Uint8Array.of(65 + (next() >>> 28), 97 + (next() >>> 28)),
  level: f32(),
}))
const b = many(INPUTS, () => ({
  kind: next() >>> 24,
  port: next() >>> 16,
  serial: next(),
  // Above 2^61: no number holds it.
  total: (1n << 63n) | (BigInt(next()) << 21n) | BigInt(next() >>> 12),
  ratio: f32(),
  time: next() / 7,
  delta: next() >> 16,
  offset: i32(),
  valid: next() > 2 ** 31,
}))
const text = (alphabet) => () => ({ name: letters(alphabet), code: i32(), samples: many(10, () => next() >>> 16) })
const c = many(INPUTS, text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789'))
const cU = many(INPUTS, text('abcdefghijklmnopßäöüéèñøλπΩЖЯשمع€‰→水木火'))
const d = [many(RECORDS, () => ({ id: next(), change: i32(), level: f32() }))]

/** The bytes, written with the slowest and plainest means there are. */
function bytesOf(parts, littleEndian = false) {
  const bytes = new Uint8Array(256)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [method, size, value] of parts) {
    if (method === 'bytes') bytes.set(value, at)
    else view[method](at, value, littleEndian)
    at += size
  }
  return bytes.slice(0, at)
}
const reference = {
  a: (v) =>
    bytesOf([
      ['setUint32', 4, v.id],
      ['bytes', 2, v.tag],
      ['setFloat32', 4, v.level],
    ]),
  b: (v) =>
    bytesOf(
      [
        ['setUint8', 1, v.kind],
        ['setUint16', 2, v.port],
        ['setUint32', 4, v.serial],
        ['setBigUint64', 8, v.total],
        ['setFloat32', 4, v.ratio],
        ['setFloat64', 8, v.time],
        ['setInt16', 2, v.delta],
        ['setInt32', 4, v.offset],
        ['setUint8', 1, v.valid ? 1 : 0],
      ],
      true,
    ),
  c(v) {
    const name = new TextEncoder().encode(v.name)
    return bytesOf([
      ['setUint16', 2, name.length],
      ['bytes', name.length, name],
      ['setInt32', 4, v.code],
      ['setUint16', 2, v.samples.length],
      ...v.samples.map((sample) => ['setUint16', 2, sample]),
    ])
  },
  d(records) {
    const bytes = new Uint8Array(12 * records.length)
    const view = new DataView(bytes.buffer)
    records.forEach((v, i) => {
      view.setUint32(12 * i, v.id)
      view.setInt32(12 * i + 4, v.change)
      view.setFloat32(12 * i + 8, v.level)
    })
    return bytes
  },
}

/** Values as objects; `toTuple` and `fromTuple` translate for those who speak in tuples. */
export const tasks = {
  a: { inputs: a, bytes: a.map(reference.a) },
  b: { inputs: b, bytes: b.map(reference.b) },
  c: { inputs: c, bytes: c.map(reference.c) },
  cU: { inputs: cU, bytes: cU.map(reference.c) },
  d: { inputs: d, bytes: d.map(reference.d) },
}

export const toTuple = (task, value) =>
  task === 'd' ? value.map((record) => Object.values(record)) : Object.values(value)

/** Reads every field of a result, so that none of the work can be left undone. */
export const read = {
  bytes: (bytes) => bytes.length + bytes[0] + bytes[bytes.length - 1],
  a: {
    object: (v) => v.id + v.tag[0] + v.tag[1] + v.level,
    tuple: (v) => v[0] + v[1][0] + v[1][1] + v[2],
  },
  b: {
    object: (v) =>
      v.kind + v.port + v.serial + (v.total === 7n ? 1 : 0) + v.ratio + v.time + v.delta + v.offset + (v.valid ? 1 : 0),
    tuple: (v) => v[0] + v[1] + v[2] + (v[3] === 7n ? 1 : 0) + v[4] + v[5] + v[6] + v[7] + (v[8] ? 1 : 0),
  },
  c: {
    object: (v) => {
      let sum = v.name.charCodeAt(3) + v.name.length + v.code
      for (let i = 0; i < v.samples.length; i++) sum += v.samples[i]
      return sum
    },
  },
  d: {
    object: (records) => {
      let sum = records.length
      for (const v of records) sum += v.id + v.change + v.level
      return sum
    },
    tuple: (records) => {
      let sum = records.length
      for (const v of records) sum += v[0] + v[1] + v[2]
      return sum
    },
  },
}
read.cU = read.c
