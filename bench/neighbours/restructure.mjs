/** restructure: no 64-bit integers, so no task b; its buffer fields are copies of a Uint8Array. */
import * as r from 'restructure'

const a = new r.Struct({ id: r.uint32, tag: new r.Buffer(2), level: r.float })
const c = new r.Struct({
  name: new r.String(r.uint16, 'utf8'),
  code: r.int32,
  samples: new r.Array(r.uint16, r.uint16),
})
const d = new r.Array(new r.Struct({ id: r.uint32, change: r.int32, level: r.float }), 100_000)

const cell = (codec, plain) => ({
  shape: 'object',
  encode: (v) => codec.toBuffer(v),
  decode: (bytes) => codec.fromBuffer(bytes),
  plain,
})
const text = cell(c, ({ name, code, samples }) => ({ name, code, samples }))

export const cells = {
  a: cell(a, ({ id, tag, level }) => ({ id, tag, level })),
  c: text,
  cU: text,
  d: cell(d, (records) => records.map(({ id, change, level }) => ({ id, change, level }))),
}
