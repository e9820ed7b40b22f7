/** micro-packed: checks every value and every byte, as we do; byte fields are views. */
import * as P from 'micro-packed'

const a = P.struct({ id: P.U32BE, tag: P.bytes(2), level: P.F32BE })
const b = P.struct({
  kind: P.U8,
  port: P.U16LE,
  serial: P.U32LE,
  total: P.U64LE,
  ratio: P.F32LE,
  time: P.F64LE,
  delta: P.I16LE,
  offset: P.I32LE,
  valid: P.bool,
})
const c = P.struct({ name: P.string(P.U16BE), code: P.I32BE, samples: P.array(P.U16BE, P.U16BE) })
const d = P.array(null, P.struct({ id: P.U32BE, change: P.I32BE, level: P.F32BE }))

const cell = (coder) => ({ shape: 'object', encode: (v) => coder.encode(v), decode: (bytes) => coder.decode(bytes) })

export const cells = { a: cell(a), b: cell(b), c: cell(c), cU: cell(c), d: cell(d) }
