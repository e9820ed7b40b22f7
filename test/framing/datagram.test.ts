/** Datagrams: the one framing whose boundaries are there already. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { datagram, type FrameDecoder, FrameSizeError, FramingError, FramingUsageError } from 'wirewright/framing'
import { Output, toHex } from '#floor/bytes'
import { bytes } from './support.js'

const read = (decoder: FrameDecoder) =>
  decoder.read() ? toHex(decoder.bytes.subarray(decoder.start, decoder.end)) : undefined

describe('datagram()', () => {
  it('gives one frame for each, the empty ones too', () => {
    const decoder = datagram().decoder()
    for (const text of ['Hello', '', '', 'World', '']) {
      decoder.write(bytes(text))
      assert.equal(read(decoder), toHex(bytes(text)))
      assert.equal(read(decoder), undefined)
    }
    decoder.finish()
    assert.deepEqual([decoder.held, decoder.reserved, decoder.bytes.length], [0, 0, 0])
  })
  it('hands all of them over, and after one that is too long those behind it', () => {
    const decoder = datagram({ maxFrameLength: 2 }).decoder()
    for (const length of [1, 0, 3, 2]) decoder.write(new Uint8Array(length))
    const lengths: number[] = []
    const handle = (_bytes: Uint8Array, start: number, end: number) => lengths.push(end - start)
    assert.throws(() => decoder.readAll(handle), FramingError)
    assert.deepEqual(lengths, [1, 0])
    decoder.readAll(handle)
    assert.deepEqual(lengths, [1, 0, 2])
  })

  it('keeps those that come while others are unread, in order and apart', () => {
    const decoder = datagram().decoder()
    const texts = ['a', '', 'bc', '', 'def']
    const lent = texts.map(bytes)
    for (const chunk of lent) decoder.write(chunk)
    assert.equal(decoder.held, 6)
    decoder.keep()
    for (const chunk of lent) chunk.fill(0xee)
    assert.equal(decoder.held, 6)
    assert.equal(read(decoder), '61')
    decoder.write(bytes('g'))
    decoder.keep()
    assert.deepEqual(
      Array.from({ length: 6 }, () => read(decoder)),
      ['', '6263', '', '646566', '67', undefined],
    )
    assert.deepEqual([decoder.held, decoder.reserved], [0, 0])
  })
  it('gives each of them once, whenever it is told to keep them (property)', () => {
    const step = fc.oneof(fc.constant('read'), fc.constant('keep'), fc.nat(3))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const decoder = datagram().decoder()
        const due: string[] = []
        let count = 0
        for (const step of steps) {
          if (step === 'keep') decoder.keep()
          else if (step === 'read') assert.equal(read(decoder), due.shift())
          else {
            const chunk = new Uint8Array(step as number).fill(++count)
            due.push(toHex(chunk))
            decoder.write(chunk)
          }
          assert.equal(decoder.held, due.join('').length / 2)
        }
        while (due.length > 0) assert.equal(read(decoder), due.shift())
        assert.equal(read(decoder), undefined)
      }),
      { seed: 0xda7a, numRuns: 500 },
    )
  })
  it('drops one that is too long, and goes on', () => {
    const decoder = datagram({ maxFrameLength: 3 }).decoder()
    decoder.write(bytes('four'))
    decoder.write(bytes('ok'))
    decoder.write(bytes('GET / HTTP/1.1'))
    decoder.write(bytes('too'))
    assert.throws(
      () => decoder.read(),
      (e) => e instanceof FramingError && e.code === 'FRAME_TOO_LONG',
    )
    assert.equal(read(decoder), toHex(bytes('ok')))
    assert.throws(
      () => decoder.read(),
      /a datagram of 14 bytes exceeds maxFrameLength \(3\); these look like the first bytes of an HTTP request/,
    )
    assert.equal(read(decoder), toHex(bytes('too')))
    assert.equal(read(decoder), undefined)
    decoder.finish()
  })
  it('hands over what was not read', () => {
    const decoder = datagram().decoder()
    for (const text of ['a', 'bc', 'def']) decoder.write(bytes(text))
    read(decoder)
    assert.deepEqual(decoder.takeRest(), bytes('bcdef'))
    assert.equal(read(decoder), undefined)
    decoder.write(bytes('x'))
    assert.deepEqual(decoder.takeRest(), bytes('x'))
  })
  it('adds nothing to a body, and does not send one that is too long', () => {
    const framing = datagram({ maxFrameLength: 3 })
    const output = new Output()
    output.append(bytes('before'))
    const send = (text: string) => {
      const mark = framing.begin(output)
      output.append(bytes(text))
      framing.finish(output, mark)
    }
    send('one')
    send('')
    assert.throws(() => send('four'), FrameSizeError)
    assert.deepEqual(output.copy(), bytes('beforeone'))
  })
  it('is told apart from the framings of a stream', () => {
    assert.equal(datagram().over, 'datagrams')
    assert.equal(datagram().maxFrameLength, 65527)
    assert.throws(() => datagram({ maxFrameLength: -1 }), FramingUsageError)
  })
})
