/** msgpackr with shared structures, its fastest mode. A format of its own: no schema on the wire, types in every message. */
import { Packr } from 'msgpackr'

const cell = (plain) => {
  const packr = new Packr({ structures: [] })
  return {
    shape: 'object',
    sameBytes: false,
    encode: (v) => packr.pack(v),
    decode: (bytes) => packr.unpack(bytes),
    plain,
  }
}

export const cells = {
  a: cell((v) => ({ ...v, tag: Uint8Array.from(v.tag) })),
  b: cell((v) => ({ ...v })),
  c: cell((v) => ({ ...v })),
  cU: cell((v) => ({ ...v })),
  d: cell((records) => records.map((record) => ({ ...record }))),
}
