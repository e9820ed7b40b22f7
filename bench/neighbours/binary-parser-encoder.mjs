/** binary-parser-encoder: generates source, takes and gives Buffers; its buffer fields are views. */
import bpe from 'binary-parser-encoder'

const { Parser } = bpe
const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const a = new Parser().endianess('big').uint32('id').buffer('tag', { length: 2 }).floatbe('level')
const b = new Parser()
  .endianess('little')
  .uint8('kind')
  .uint16('port')
  .uint32('serial')
  .uint64('total')
  .floatle('ratio')
  .doublele('time')
  .int16('delta')
  .int32('offset')
  .uint8('valid')
const c = new Parser()
  .endianess('big')
  .uint16('nameLength')
  .string('name', { length: 'nameLength', encoding: 'utf8' })
  .int32('code')
  .uint16('count')
  .array('samples', { type: 'uint16be', length: 'count' })
const record = new Parser().endianess('big').uint32('id').int32('change').floatbe('level')
const d = new Parser().array('records', { type: record, readUntil: 'eof' })
d.encoderSetOptions({ smartBufferSize: 2 ** 21 })

const text = {
  shape: 'object',
  // The lengths are fields like any other here: whoever encodes has to know them.
  input: (v) => ({ nameLength: Buffer.byteLength(v.name), name: v.name, code: v.code, count: 10, samples: v.samples }),
  receive: buffer,
  encode: (v) => c.encode(v),
  decode: (bytes) => c.parse(bytes),
  plain: ({ name, code, samples }) => ({ name, code, samples }),
}

export const cells = {
  a: {
    shape: 'object',
    input: ({ id, tag, level }) => ({ id, tag: buffer(tag), level }),
    receive: buffer,
    encode: (v) => a.encode(v),
    decode: (bytes) => a.parse(bytes),
    plain: ({ id, tag, level }) => ({ id, tag: Uint8Array.from(tag), level }),
  },
  b: {
    shape: 'object',
    input: (v) => ({ ...v, valid: v.valid ? 1 : 0 }),
    receive: buffer,
    encode: (v) => b.encode(v),
    decode: (bytes) => b.parse(bytes),
    plain: (v) => ({ ...v, valid: v.valid !== 0 }),
  },
  c: text,
  cU: text,
  d: {
    shape: 'object',
    input: (records) => ({ records }),
    receive: buffer,
    encode: (v) => d.encode(v),
    decode: (bytes) => d.parse(bytes).records,
    plain: (records) => records.map((record) => ({ ...record })),
  },
}
