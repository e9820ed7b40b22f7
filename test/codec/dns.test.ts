/** DNS messages (RFC 1035), names compressed, said with the public names alone. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, DecodeError, type DecodeErrorCode, record, u8, withExecution } from 'wirewright/codec'
import { fromHex, toHex } from '#floor/bytes'
import { Message, Name } from './support/dns.js'
import { damage } from './support/matchers.js'
import { executions } from './support/proves.js'

const flags = { response: 1, opcode: 0, authoritative: 0, truncated: 0, desired: 1, available: 1, zero: 0, code: 0 }

// RFC 1035 section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40 as FOO and a pointer to 20, ARPA as a pointer to 26, the root.
const IN_THE_RFC = fromHex(
  `00000000 00000000 00000000 00000000 00000000
   01 46 03 495349 04 41525041 00 0000000000000000
   03 464f4f c0 14 000000000000000000000000000000000000
   c0 1a 0000000000000000000000000000000000000000000000000000 00`,
)!

for (const execution of executions)
  describe(`DNS (${execution})`, () => {
    const message = withExecution(Message, execution)

    it('reads the names of RFC 1035 section 4.1.4 where the RFC has them', () => {
      const names = withExecution(record({ before: array(u8, 20), f: Name, gap: array(u8, 8), foo: Name }), execution)
      const { value } = names.decodeFrom(IN_THE_RFC)
      assert.deepEqual([value.f, value.foo], ['F.ISI.ARPA', 'FOO.F.ISI.ARPA'])
      const again = names.encode({ before: value.before, f: 'F.ISI.ARPA', gap: value.gap, foo: 'FOO.F.ISI.ARPA' })
      assert.equal(toHex(again), toHex(IN_THE_RFC.subarray(0, 46)))
    })

    // An answer to `www.example.com A`: the alias and its address share the suffix of the question.
    const answer = `1234 8180 0001 0002 0000 0000
      03 777777 07 6578616d706c65 03 636f6d 00 0001 0001
      c00c 0005 0001 00000e10 0006 03 77656 2 c010
      c02d 0001 0001 0000003c 0004 c0000201`.replace('77656 2', '776562')
    const said = {
      id: 0x1234,
      flags,
      question: [{ name: 'www.example.com', type: 1, class: 1 }],
      answer: [
        { name: 'www.example.com', class: 1, ttl: 3600, data: { type: 'cname', value: 'web.example.com' } as const },
        { name: 'web.example.com', class: 1, ttl: 60, data: { type: 'a', value: '192.0.2.1' } as const },
      ],
      authority: [],
      additional: [],
    }

    it('writes a compressed answer byte for byte, counts, lengths and types filled in', () => {
      assert.equal(toHex(message.encode(said)), toHex(fromHex(answer)!))
    })

    it('reads it back', () => {
      const read = message.decode(fromHex(answer)!)
      assert.deepEqual(
        read.answer.map(({ name, type, data }) => [name, type, data.value]),
        [
          ['www.example.com', 5, 'web.example.com'],
          ['web.example.com', 1, '192.0.2.1'],
        ],
      )
      assert.equal(toHex(message.encode(read)), toHex(fromHex(answer)!))
    })

    it('counts from the start of the message, wherever that is', () => {
      const bytes = Uint8Array.of(9, 9, 9, ...fromHex(answer)!)
      assert.equal(message.decode(bytes, 3).answer[1]!.name, 'web.example.com')
      const target = new Uint8Array(200)
      const length = message.encodeInto(said, target, 3)
      assert.equal(toHex(target.subarray(3, 3 + length)), toHex(fromHex(answer)!))
    })

    it('keeps what it has no name for', () => {
      const other = {
        ...said,
        answer: [
          { name: '', class: 1, ttl: 0, data: { type: 'otherwise', tag: 99, value: Uint8Array.of(1, 2) } as const },
        ],
      }
      const read = message.decode(message.encode(other))
      assert.deepEqual(read.answer[0], { name: '', type: 99, class: 1, ttl: 0, length: 2, data: other.answer[0]!.data })
    })

    it('takes names of as many labels as DNS allows', () => {
      const name = Array.from({ length: 127 }, () => 'a').join('.')
      assert.equal(Name.decode(Name.encode(name)), name)
    })

    it('refuses pointers that lead forwards, to themselves, in circles or to more than the message can justify', () => {
      const codec = withExecution(record({ names: array(Name, u8) }), execution)
      const bad = (hex: string, code: DecodeErrorCode) => assert.throws(() => codec.decode(fromHex(hex)!), damage(code))
      bad('01 c005 0000 00', 'BAD_LENGTH')
      bad('01 c001', 'BAD_LENGTH')
      bad('01 0161 c001', 'TOO_DEEP')
      bad('01 c0', 'TRUNCATED')
      const long = `${'3f'.concat('61'.repeat(63)).repeat(3)}00`
      bad(`ff ${long} ${'c001'.repeat(254)}`, 'TOO_MANY')
    })

    it('survives every cut and every changed byte', () => {
      const bytes = fromHex(answer)!
      for (let length = 0; length < bytes.length; length++)
        assert.throws(() => message.decode(bytes, 0, length), DecodeError)
      for (let i = 0; i < bytes.length; i++)
        for (const byte of [0, 1, 0x3f, 0xc0, 0xff]) {
          const changed = Uint8Array.from(bytes)
          changed[i] = byte
          try {
            message.decode(changed)
          } catch (error) {
            assert.ok(error instanceof DecodeError, `${error}`)
          }
        }
    })
  })
