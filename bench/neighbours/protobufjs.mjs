/** protobufjs: generates source from its schema. A format of its own: a tag before every field; 64-bit integers are `Long` objects. */
import protobuf from 'protobufjs'

const { Long } = protobuf.util
const { root } = protobuf.parse(`
  syntax = "proto3";
  message A { fixed32 id = 1; bytes tag = 2; float level = 3; }
  message B {
    uint32 kind = 1; uint32 port = 2; fixed32 serial = 3; fixed64 total = 4; float ratio = 5;
    double time = 6; sint32 delta = 7; sfixed32 offset = 8; bool valid = 9;
  }
  message C { string name = 1; sfixed32 code = 2; repeated uint32 samples = 3; }
  message D { repeated Record records = 1; }
  message Record { fixed32 id = 1; sfixed32 change = 2; float level = 3; }
`)

const cell = (name, more) => {
  const type = root.lookupType(name)
  return {
    shape: 'object',
    sameBytes: false,
    encode: (v) => type.encode(v).finish(),
    decode: (bytes) => type.decode(bytes),
    plain: all,
    ...more,
  }
}
/** A message leaves out what is zero; reading the field gives it nevertheless. */
function all(message) {
  return Object.fromEntries(message.$type.fieldsArray.map(({ name }) => [name, message[name]]))
}
const D = root.lookupType('D')

export const cells = {
  a: cell('A', { plain: (v) => ({ ...all(v), tag: Uint8Array.from(v.tag) }) }),
  b: cell('B', {
    input: (v) => ({ ...v, total: Long.fromString(`${v.total}`, true) }),
    plain: (v) => ({ ...all(v), total: BigInt(`${v.total}`) }),
    read: (v) =>
      v.kind +
      v.port +
      v.serial +
      v.total.low +
      v.total.high +
      v.ratio +
      v.time +
      v.delta +
      v.offset +
      (v.valid ? 1 : 0),
  }),
  c: cell('C'),
  cU: cell('C'),
  d: cell('D', {
    input: (records) => ({ records }),
    decode: (bytes) => D.decode(bytes).records,
    plain: (records) => records.map(all),
  }),
}
