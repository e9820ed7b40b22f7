/** The machine that all framings of a stream share: what it copies, what it lets go of, what it makes of a wrong splitter. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import {
  cobs,
  defineFraming,
  delimiter,
  type FrameDecoder,
  FramingError,
  FramingUsageError,
  lengthPrefix,
  lines,
  netstring,
  type Splitter,
  StreamDecoder,
  slip,
  varintPrefix,
} from 'wirewright/framing'
import { toHex } from '#floor/bytes'
import { bytes, encode, filler, pieces } from './support.js'

const read = (decoder: FrameDecoder) =>
  decoder.read() ? toHex(decoder.bytes.subarray(decoder.start, decoder.end)) : undefined

describe('a stream decoder', () => {
  it('lends ranges of the chunk itself, and copies only what its end cuts', () => {
    const decoder = lengthPrefix('B').decoder()
    const chunk = Uint8Array.of(1, 104, 0, 2, 105, 106, 3, 107)
    decoder.write(chunk)
    for (const range of [
      [1, 2],
      [3, 3],
      [4, 6],
    ]) {
      assert.ok(decoder.read())
      assert.equal(decoder.bytes, chunk)
      assert.deepEqual([decoder.start, decoder.end, decoder.reserved], [...range, 0])
    }
    assert.equal(decoder.read(), false)
    assert.deepEqual([decoder.held, decoder.expected], [2, 4])
    decoder.write(Uint8Array.of(108, 109, 0))
    assert.equal(read(decoder), '6b6c6d')
    assert.equal(read(decoder), '')
    assert.equal(read(decoder), undefined)
  })

  it('keeps no chunk alive that has been read', async () => {
    const framings = [lengthPrefix('!H'), lines(), cobs(), netstring()]
    for (const framing of framings) {
      const decoder = framing.decoder()
      const whole = encode(framing, [filler(50), filler(60)]).stream
      const chunk = (() => {
        const chunk = Uint8Array.of(...whole, ...whole.subarray(0, 20))
        decoder.write(chunk)
        assert.ok(decoder.read() && decoder.read() && !decoder.read())
        return new WeakRef(chunk)
      })()
      await setImmediate()
      globalThis.gc!()
      assert.equal(chunk.deref(), undefined, framing.kind)
      assert.equal(decoder.held, 20)
    }
  })

  it('completes frames of one length in the same memory', () => {
    const framing = lengthPrefix('!I')
    const { stream } = encode(framing, new Array(50).fill(filler(65536)))
    const decoder = framing.decoder()
    const used = new Set<Uint8Array>()
    let count = 0
    // From the second on, a chunk begins with most of a frame and ends with the first third of the next.
    for (const piece of [stream.subarray(0, 20_000), ...pieces(stream.subarray(20_000), 65536)]) {
      decoder.write(piece)
      while (decoder.read()) {
        count++
        used.add(decoder.bytes)
      }
    }
    assert.equal(count, 50)
    assert.ok(used.size <= 2, `${used.size} arrays`)
  })

  it('does not keep the memory of a long frame for the short ones behind it', () => {
    const framing = varintPrefix()
    const { stream } = encode(framing, [filler(500_000), filler(100), filler(100), filler(100), filler(100)])
    const decoder = framing.decoder()
    const reserved: number[] = []
    // Every chunk ends in the middle of a frame.
    for (const cut of [
      [0, 400_000],
      [400_000, 500_050],
      [500_050, 500_150],
      [500_150, 500_250],
    ]) {
      decoder.write(stream.subarray(...(cut as [number, number])))
      while (decoder.read());
      assert.ok(decoder.held > 0)
      reserved.push(decoder.reserved)
    }
    assert.ok(reserved[0]! >= 400_000 && reserved[2]! <= 4096, String(reserved))
  })

  it('gives memory back when a long queue has been read but for its end', () => {
    const framing = lengthPrefix('!H')
    const { stream } = encode(framing, [...new Array(50).fill(filler(2000)), filler(10)])
    const decoder = framing.decoder()
    for (const piece of pieces(stream, 5000)) decoder.write(piece)
    assert.ok(decoder.reserved >= stream.length && decoder.reserved <= 2 * stream.length)
    for (let i = 0; i < 50; i++) {
      assert.ok(decoder.read())
      decoder.keep()
      assert.ok(decoder.reserved <= Math.max(4096, 2 * decoder.held), `${decoder.reserved} for ${decoder.held}`)
    }
    assert.equal(decoder.held, 12)
    assert.equal(read(decoder), toHex(filler(10)))
  })

  it('copies each byte a bounded number of times when it is stopped after every frame', () => {
    const framing = lengthPrefix('B')
    const { stream } = encode(framing, new Array(20_000).fill(filler(3)))
    const { slice } = Uint8Array.prototype
    let copied = 0
    Uint8Array.prototype.slice = function (from, to) {
      const part = slice.call(this, from, to)
      copied += part.length
      return part
    }
    try {
      const decoder = framing.decoder()
      decoder.write(stream)
      let count = 0
      for (; decoder.read(); count++) decoder.keep()
      assert.equal(count, 20_000)
    } finally {
      Uint8Array.prototype.slice = slice
    }
    assert.ok(copied <= 3 * stream.length, `${copied} of ${stream.length}`)
  })

  it('gives the same frames whatever the order of writing, reading and keeping (property)', () => {
    const step = fc.oneof(fc.constant('read'), fc.constant('keep'), fc.nat(40))
    for (const framing of [lengthPrefix('B'), varintPrefix(), delimiter('aab'), netstring(), cobs(), slip()]) {
      const bodies = Array.from({ length: 30 }, (_, i) => filler(1 + ((i * 7) % 20)))
      const { stream } = encode(framing, bodies)
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
          const decoder = framing.decoder()
          const due = bodies.map((body) => toHex(body))
          let lent: Uint8Array[] = []
          const free = () => {
            for (const chunk of lent) chunk.fill(0xee)
            lent = []
          }
          const next = () => {
            const body = read(decoder)
            if (body === undefined) free()
            else assert.equal(body, due.shift())
            return body
          }
          let at = 0
          for (const step of [...steps, stream.length]) {
            if (step === 'read') next()
            else if (step === 'keep') {
              decoder.keep()
              free()
            } else {
              const chunk = stream.slice(at, at + (step as number))
              at += chunk.length
              lent.push(chunk)
              decoder.write(chunk)
            }
          }
          while (next() !== undefined);
          assert.deepEqual([due.length, decoder.held, decoder.reserved], [0, 0, 0])
        }),
        { seed: 0x0bde5, numRuns: 150 },
      )
    }
  })

  it('accepts a Buffer and gives its bytes back as they were', () => {
    const decoder = lines().decoder()
    const pool = Buffer.from('xxab\ncdxx')
    decoder.write(pool.subarray(2, 7))
    assert.equal(read(decoder), '6162')
    assert.equal(read(decoder), undefined)
    decoder.write(Buffer.from('\n'))
    assert.equal(read(decoder), '6364')
    assert.equal(pool.toString(), 'xxab\ncdxx')
  })

  it('does not change a lent chunk, not even where the body is changed', () => {
    for (const framing of [slip(), cobs()]) {
      const { stream } = encode(framing, [Uint8Array.of(0xc0, 0, 0xdb), Uint8Array.of(0, 0, 1)])
      const chunk = stream.slice()
      const decoder = framing.decoder()
      decoder.write(chunk)
      assert.equal(read(decoder), 'c000db')
      assert.equal(read(decoder), '000001')
      assert.deepEqual(chunk, stream)
    }
  })

  it('goes over to another framing in the middle of a chunk', () => {
    const first = lines().decoder()
    first.write(bytes('UPGRADE\n\x02hi\x03ho'))
    assert.equal(read(first), toHex(bytes('UPGRADE')))
    const second = lengthPrefix('B').decoder()
    second.write(first.takeRest())
    assert.equal(read(second), '6869')
    assert.equal(read(second), undefined)
    second.write(bytes('!'))
    assert.equal(read(second), toHex(bytes('ho!')))
    assert.equal(first.held, 0)
  })

  it('raises its limit between two frames', () => {
    const framing = lengthPrefix('B')
    const decoder = framing.decoder()
    decoder.maxFrameLength = 2
    decoder.write(Uint8Array.of(2, 1, 1, 3, 2, 2, 2))
    assert.equal(read(decoder), '0101')
    decoder.maxFrameLength = 3
    assert.equal(read(decoder), '020202')
  })

  it('takes empty chunks for nothing', () => {
    const decoder = lengthPrefix('B').decoder()
    for (const chunk of [[], [2], [], [1], [], [1], []]) {
      decoder.write(Uint8Array.from(chunk))
      decoder.keep()
    }
    assert.equal(read(decoder), '0101')
    decoder.finish()
  })
})

describe('reading all', () => {
  const body = (bytes: Uint8Array, start: number, end: number) => toHex(bytes.subarray(start, end))

  it('goes on where it should, whatever the handler does to the decoder (property)', () => {
    const step = fc.oneof(fc.constant('nothing'), fc.constant('read'), fc.constant('keep'), fc.nat(40))
    for (const framing of [lengthPrefix('B'), varintPrefix(), delimiter('aab'), netstring(), cobs(), slip()]) {
      const bodies = Array.from({ length: 30 }, (_, i) => filler(1 + ((i * 7) % 20)))
      const { stream } = encode(framing, bodies)
      fc.assert(
        fc.property(fc.nat(200), fc.array(step, { maxLength: 80 }), (first, all) => {
          const steps = [...all]
          const decoder = framing.decoder()
          const found: string[] = []
          let at = 0
          const write = (length: number) => {
            decoder.write(stream.slice(at, at + length))
            at = Math.min(stream.length, at + length)
          }
          const handle = (bytes: Uint8Array, start: number, end: number) => {
            found.push(body(bytes, start, end))
            const step = steps.shift()
            if (step === 'read') found.push(...[read(decoder)].filter((next) => next !== undefined))
            else if (step === 'keep') decoder.keep()
            else if (typeof step === 'number') write(step)
          }
          write(first)
          decoder.readAll(handle)
          write(stream.length)
          decoder.readAll(handle)
          decoder.finish()
          assert.deepEqual(
            found,
            bodies.map((body) => toHex(body)),
          )
          assert.deepEqual([decoder.held, decoder.reserved], [0, 0])
        }),
        { seed: 0x0a11, numRuns: 150 },
      )
    }
  })

  it('leaves the frames behind the one whose handler throws, and those behind the one that takes the rest', () => {
    const decoder = lengthPrefix('B').decoder()
    decoder.write(Uint8Array.of(1, 10, 1, 11, 1, 12, 1, 13, 1, 14))
    let count = 0
    const throwing = () => {
      if (++count === 2) throw new RangeError('enough')
    }
    assert.throws(() => decoder.readAll(throwing), RangeError)
    assert.equal(read(decoder), '0c')
    const rest: string[] = []
    decoder.readAll((bytes, start, end) => rest.push(body(bytes, start, end), toHex(decoder.takeRest())))
    assert.deepEqual(rest, ['0d', '010e'])
  })

  it('hands over what comes before an error, and then is dead', () => {
    for (const first of [[], [1, 9], [1]]) {
      const decoder = lengthPrefix('B', { maxFrameLength: 2 }).decoder()
      const found: string[] = []
      const handle = (bytes: Uint8Array, start: number, end: number) => found.push(body(bytes, start, end))
      decoder.write(Uint8Array.from(first))
      decoder.readAll(handle)
      decoder.write(Uint8Array.of(...(first.length === 1 ? [9] : []), 1, 10, 3, 11, 11, 11, 1, 12))
      assert.throws(() => decoder.readAll(handle), FramingError)
      assert.deepEqual(found, first.length > 0 ? ['09', '0a'] : ['0a'])
      assert.throws(() => decoder.readAll(handle), FramingError)
      assert.equal(decoder.held, 0)
    }
  })

  it('sees a limit that the handler raises at once', () => {
    const decoder = lengthPrefix('B').decoder()
    decoder.maxFrameLength = 1
    decoder.write(Uint8Array.of(1, 1, 2, 2, 2, 3, 3, 3, 3))
    const lengths: number[] = []
    decoder.readAll((_bytes, start, end) => {
      lengths.push(end - start)
      decoder.maxFrameLength++
    })
    assert.deepEqual(lengths, [1, 2, 3])
  })
})

describe('a splitter that is wrong', () => {
  const answering = (answer: (held: number) => number): Splitter => ({
    head: 0,
    tail: 0,
    split: (_bytes, start, end) => answer(end - start),
  })
  const wrong: [string, (held: number) => number][] = [
    ['0', () => 0],
    ['NaN', () => Number.NaN],
    ['-n for bytes that it was shown', (held) => -held],
    ['a frame that ended before the bytes that it asked for', (held) => (held < 4 ? -(held + 2) : 1)],
  ]
  for (const [what, answer] of wrong)
    it(`is an error and not an endless loop when it answers ${what}`, () => {
      const decoder = new StreamDecoder(answering(answer), 100)
      assert.throws(() => {
        for (const piece of pieces(filler(20), 2)) {
          decoder.write(piece)
          while (decoder.read());
        }
      }, FramingUsageError)
      assert.throws(() => decoder.read(), FramingUsageError)
    })
  it('kills the decoder when it throws anything else', () => {
    const decoder = new StreamDecoder(
      answering(() => JSON.parse('{')),
      100,
    )
    decoder.write(filler(1))
    assert.throws(() => decoder.read(), SyntaxError)
    decoder.write(filler(1))
    assert.throws(() => decoder.read(), SyntaxError)
    assert.equal(decoder.held, 0)
  })
  it('takes the frame back when it is the sending side that throws', () => {
    const framing = defineFraming('wrong', {
      splitter: () => answering(() => 1),
      head: 2,
      seal(output) {
        output.append(filler(100))
        throw new TypeError('no')
      },
    })
    assert.throws(() => encode(framing, [filler(1)]), TypeError)
  })
})
