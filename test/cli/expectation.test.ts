/** What `--expect` says of a value, and what it does not. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bool,
  bytes,
  type Codec,
  enumeration,
  f32,
  f64,
  map,
  option,
  record,
  string,
  struct,
  timestamp,
  u8,
  u16,
  u64,
} from 'wirewright'
import { expectations } from '#ground/cli/expectation'
import { frameOf } from '#ground/cli/frames'

/** Whether an answer that says `value` is as expected. */
function holds(codec: Codec<any, any>, value: unknown, text: string): boolean {
  const guess = { framing: undefined, codec, message: 'reply', format: undefined, other: undefined }
  const body = codec.encode(value)
  const [field] = expectations([text], guess).fields
  return field!(frameOf(guess, { whole: body, body, number: 1, offset: 0, head: 0 })) === undefined
}

const Reading = record({
  id: u64,
  tag: bytes(2),
  label: string(u8),
  ratio: f32,
  exact: f64,
  on: bool,
  when: timestamp(u64, 'ms'),
  level: enumeration(u8, { info: 1 }),
  room: option(u8),
  parts: array(record({ hz: u16 }), u8),
  notes: map(string(u8), u8, u8),
})
const READING = {
  ...{ id: 12345678901234567890n, tag: Uint8Array.of(0x61, 0xff), label: '7', ratio: 2.7, exact: Number.NaN, on: true },
  ...{ when: new Date('2026-01-01T00:00:00Z'), level: 'info', room: undefined, parts: [{ hz: 1 }, { hz: 2 }] },
  notes: new Map([['a', 1]]),
}

describe('--expect', () => {
  it('takes a value as it is typed', () => {
    for (const text of [
      ...['id=12345678901234567890', 'id=0xab54a98ceb1f0ad2', 'tag=61ff', 'tag=0x61ff', 'tag=a\\xff', 'label=7'],
      ...['ratio=2.7', 'ratio=2.70', 'exact=NaN', 'on=true', 'when=2026-01-01T00:00:00.000Z', 'level=info'],
      ...['parts[1].hz=2', 'parts[1].hz=0x2', 'id>12345678901234567889', 'ratio<2.8', 'level!=alarm', 'on!=false'],
      ...['label~^\\d$', 'tag~^a', 'id~^123', 'notes~"a"'],
    ])
      assert.ok(holds(Reading, READING, text), text)
    for (const text of [
      ...['id=12345678901234567891', 'tag=61fe', 'label=07', 'label=7.0', 'ratio=2.71', 'exact=1', 'on=1'],
      ...['exact>0', 'exact<=0', 'label>6', 'id<12345678901234567890', 'id!=12345678901234567890', 'label~8'],
    ])
      assert.ok(!holds(Reading, READING, text), text)
  })
  it('takes a value as JSON, as --json prints it', () => {
    for (const text of [
      ...['id:="12345678901234567890"', 'tag:="61ff"', 'label:="7"', 'ratio:=2.7', 'exact:="NaN"', 'on:=true'],
      ...['when:="2026-01-01T00:00:00.000Z"', 'level:="info"', 'room:=null', 'parts:=[{"hz":1},{"hz":2}]'],
      ...['parts[0]:={"hz":1}', 'notes:=[["a",1]]'],
    ])
      assert.ok(holds(Reading, READING, text), text)
    for (const text of [
      ...['label:=7', 'tag:="a"', 'on:=1', 'on:="true"', 'room:=0', 'parts:=[{"hz":1}]', 'parts:={"0":{"hz":1}}'],
      ...['parts[0]:={"hz":1,"x":1}', 'parts[0]:={}', 'notes:=[["a",2]]', 'label:=null'],
    ])
      assert.ok(!holds(Reading, READING, text), text)
  })
  it('finds the values of a struct by their places, and a message that is one value by its name', () => {
    assert.ok(holds(struct('!Hb'), [7, -2], '[1]=-2'))
    assert.ok(holds(struct('!Hb'), [7, -2], '[1]<0'))
    assert.ok(holds(u8, 7, 'reply=7'))
    assert.ok(!holds(u8, 7, 'value=7'))
  })
})
