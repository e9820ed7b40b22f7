/** What every framing of a stream promises, tried on all of them: `framing.ts` has it in words. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FrameSizeError, type Framing, FramingError } from 'wirewright/framing'
import { Output, toHex } from '#floor/bytes'
import { encode, filler, gives, lent, outcome, pieces, random, SAMPLES, type Sample } from './support.js'

const hex = (bodies: readonly Uint8Array[]) => bodies.map((body) => toHex(body))

/** Bodies whose frames, together, are at most `limit` bytes long. */
function fitting(framing: Framing, bodies: readonly Uint8Array[], limit: number): readonly Uint8Array[] {
  let count = bodies.length
  while (count > 1 && encode(framing, bodies.slice(0, count)).stream.length > limit) count--
  return bodies.slice(0, count)
}

function rejected(action: () => unknown, code: string): FramingError {
  try {
    action()
  } catch (error) {
    assert.ok(error instanceof FramingError, String(error))
    assert.equal(error.code, code)
    return error
  }
  assert.fail(`nothing was thrown, where ${code} was to be`)
}

function contract(sample: Sample): void {
  const framing = sample.make()
  const { bodies } = sample
  const { stream, ends } = encode(framing, bodies)

  it('gives the same frames whole, byte by byte, and cut at any one place, and never looks at a chunk again', () => {
    const expected = { bodies: hex(bodies) }
    assert.deepEqual(outcome(framing, [stream]), expected)
    assert.deepEqual(outcome(framing, lent(stream, [...stream.keys()].slice(1))), expected)
    for (let cut = 0; cut <= stream.length; cut++) assert.deepEqual(outcome(framing, lent(stream, [cut])), expected)
  })

  it('gives the same frames cut at any two places', () => {
    const some = fitting(framing, bodies, 320)
    const { stream } = encode(framing, some)
    for (let first = 0; first <= stream.length; first++)
      for (let second = first; second <= stream.length; second++) {
        const cut = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)]
        if (!gives(framing, cut, some)) assert.fail(`cut at ${first} and ${second}`)
      }
  })

  it('gives the same frames in all ways to cut a short stream', () => {
    const some = fitting(
      framing,
      [...bodies].sort((a, b) => a.length - b.length),
      15,
    )
    const { stream } = encode(framing, some)
    for (let cuts = 0; cuts < 2 ** (stream.length - 1); cuts++) {
      const all: Uint8Array[] = []
      let from = 0
      for (let i = 1; i < stream.length; i++)
        if ((cuts >> (i - 1)) & 1) {
          all.push(stream.subarray(from, i))
          from = i
        }
      all.push(stream.subarray(from))
      if (!gives(framing, all, some)) assert.fail(`cuts ${cuts.toString(2)}`)
    }
  })

  it('gives the same frames cut at random, in a long stream of short and long bodies', () => {
    const next = random(0xf4a3e)
    const lengths = sample.fixed ? [3] : [0, 1, 5, 126, 127, 128, 250, 254, 255, 256, 257, 600, 3000, 20000]
    const long = Array.from({ length: 200 }, () => sample.bodyOf(lengths[next() % lengths.length]!))
      .filter((body) => body !== undefined)
      .filter((body) => body.length <= framing.maxFrameLength)
    const { stream } = encode(framing, long)
    for (let round = 0; round < 20; round++) {
      const largest = [3, 50, 700, 5000, 70000][round % 5]!
      const cut: Uint8Array[] = []
      for (let at = 0; at < stream.length; ) {
        const to = at + 1 + (next() % largest)
        cut.push(stream.subarray(at, to))
        at = to
      }
      assert.ok(gives(framing, cut, long), `pieces of up to ${largest}`)
    }
  })

  it('reports the end of the stream at every byte inside a frame, and only there', () => {
    const clean = new Set([0, ...ends, ...(sample.filling ? [0, ...ends].map((end) => end + sample.filling!) : [])])
    for (let length = 0; length <= stream.length; length++) {
      const whole = hex(bodies.slice(0, ends.filter((end) => end <= length).length))
      const expected = clean.has(length) ? { bodies: whole } : { bodies: whole, error: 'FRAME_TRUNCATED' }
      assert.deepEqual(outcome(framing, [stream.subarray(0, length)]), expected, `after ${length} bytes`)
      const cut = length >> 1
      assert.deepEqual(
        outcome(framing, lent(stream.subarray(0, length), [cut])),
        expected,
        `after ${length} bytes, cut`,
      )
    }
  })

  it('never reads or keeps anything outside the chunk', () => {
    const room = new Uint8Array(stream.length + 64).fill(0x0a)
    room.set(stream, 32)
    assert.ok(gives(framing, [room.subarray(32, 32 + stream.length)], bodies))
    const decoder = framing.decoder()
    decoder.write(stream)
    for (const body of bodies) {
      assert.ok(decoder.read())
      assert.deepEqual(decoder.bytes.slice(decoder.start, decoder.end), body)
    }
    assert.equal(decoder.read(), false)
    assert.deepEqual([decoder.held, decoder.reserved, decoder.bytes.length, decoder.expected], [0, 0, 0, undefined])
  })

  it('stops between any two frames, keeps the rest in memory of its own, and takes chunks meanwhile', () => {
    for (let stop = 0; stop <= bodies.length; stop++) {
      const decoder = framing.decoder()
      const lentChunk = stream.slice()
      const found: string[] = []
      const read = () => decoder.read() && found.push(toHex(decoder.bytes.subarray(decoder.start, decoder.end)))
      decoder.write(lentChunk)
      for (let i = 0; i < stop; i++) read()
      decoder.keep()
      lentChunk.fill(0xee)
      assert.equal(decoder.held, stream.length - (ends[stop - 1] ?? 0))
      decoder.keep()
      for (const piece of lent(stream, [1, 2, stream.length >> 1])) {
        decoder.write(piece)
        decoder.keep()
      }
      while (read());
      assert.deepEqual(found, hex([...bodies, ...bodies]))
      decoder.finish()
    }
  })

  it('hands over every unread byte, wherever the stream was cut, for another decoder to go on', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const decoder = framing.decoder()
      decoder.write(stream.slice(0, cut))
      let count = 0
      while (count < 2 && decoder.read()) count++
      const rest = decoder.takeRest()
      assert.deepEqual([decoder.held, decoder.reserved], [0, 0])
      const from = ends[count - 1] ?? 0
      // Filling between two frames may be gone already.
      assert.deepEqual(toHex(rest), toHex(stream.slice(cut - rest.length, cut)))
      assert.ok(cut - rest.length - from <= (sample.filling ?? 0))
      assert.ok(gives(framing, [rest, stream.subarray(cut)], bodies.slice(count)))
    }
  })

  it('holds no more than twice what has arrived, or 4 KiB', () => {
    const body = sample.bodyOf(sample.fixed ? 3 : 100_000) ?? sample.bodyOf(250) ?? bodies.at(-1)!
    if (body.length > framing.maxFrameLength) return
    const { stream } = encode(framing, [body, body])
    for (const size of [1, 100, 1500, 65536]) {
      const decoder = framing.decoder()
      let longest = 0
      for (const piece of pieces(stream, size)) {
        decoder.write(piece)
        while (decoder.read()) longest = stream.length / 2
        const bound = Math.max(4096, 2 * Math.max(decoder.held, longest))
        assert.ok(decoder.reserved <= bound, `${decoder.reserved} bytes for ${decoder.held}, by ${size}`)
      }
      assert.equal(decoder.reserved, 0)
    }
  })

  it('does work that grows as the bytes do, one byte at a time', { timeout: 60_000 }, () => {
    const small = copied(sample, framing, 20_000)
    const large = copied(sample, framing, 160_000)
    assert.ok(large <= 5, `each byte was handled ${large} times`)
    assert.ok(large <= small + 1.5, `each byte was handled ${small} times, then ${large} times`)
  })

  it('is dead after its first error', () => {
    const broken = sample.make({ maxFrameLength: 0 }).decoder()
    const body = bodies.find((body) => body.length > 0)!
    if (sample.fixed) broken.maxFrameLength = 0
    broken.write(encode(framing, [body]).stream)
    const error = rejected(() => broken.read(), 'FRAME_TOO_LONG')
    broken.maxFrameLength = 1000
    broken.write(stream)
    assert.equal(broken.held, 0)
    assert.throws(
      () => broken.read(),
      (again) => again === error,
    )
    assert.throws(
      () => broken.finish(),
      (again) => again === error,
    )
    const ended = framing.decoder()
    ended.write(stream.subarray(0, stream.length - 1))
    while (ended.read());
    const truncated = rejected(() => ended.finish(), 'FRAME_TRUNCATED')
    assert.throws(
      () => ended.read(),
      (again) => again === truncated,
    )
    assert.equal(ended.held, 0)
  })

  if (!sample.fixed)
    it('lets a body of maxFrameLength through in both directions, and not one byte more', () => {
      for (const limit of [0, 1, 2, 3, 5, 40, 100, 127, 128, 253, 254, 255, 256, 1000]) {
        const limited = sample.make({ maxFrameLength: limit })
        if (limited.maxFrameLength !== limit) continue
        for (const length of [limit - 1, limit, limit + 1]) {
          const body = length < 0 ? undefined : sample.bodyOf(length)
          if (!body || body.length > framing.maxFrameLength) continue
          const { stream } = encode(framing, [body])
          const expected = length <= limit ? { bodies: [toHex(body)] } : { bodies: [], error: 'FRAME_TOO_LONG' }
          for (const size of [1, 7, stream.length])
            assert.deepEqual(outcome(limited, pieces(stream, size)), expected, `${length} of ${limit}, by ${size}`)
          const raised = limited.decoder()
          raised.maxFrameLength = length
          raised.write(stream)
          assert.ok(raised.read())
          const output = new Output()
          output.append(filler(3))
          const send = () => {
            const mark = limited.begin(output)
            output.append(body)
            limited.finish(output, mark)
          }
          if (length <= limit) send()
          else assert.throws(send, (e) => e instanceof FrameSizeError && e.code === 'FRAME_TOO_LONG')
          assert.deepEqual(output.copy(), length <= limit ? Uint8Array.of(...filler(3), ...stream) : filler(3))
        }
      }
    })

  it('stops a frame that never ends soon after its limit', () => {
    if (sample.fixed) return
    const limited = sample.make({ maxFrameLength: 50 })
    const endless = encode(framing, [sample.bodyOf(240) ?? sample.bodyOf(20)!]).stream
    const decoder = limited.decoder()
    let written = 0
    try {
      for (const piece of pieces(endless, 1)) {
        decoder.write(piece)
        written++
        while (decoder.read());
      }
      assert.fail('the frame went through')
    } catch (error) {
      assert.ok(error instanceof FramingError, String(error))
      assert.ok(written <= 110, `stopped after ${written} bytes`)
    }
  })

  it('gives back any bodies, cut anywhere (property)', () => {
    const length = fc.oneof(fc.nat(20), fc.nat(400), fc.constantFrom(126, 127, 128, 253, 254, 255, 508, 509))
    fc.assert(
      fc.property(fc.array(length, { maxLength: 8 }), fc.array(fc.nat(4000), { maxLength: 6 }), (lengths, places) => {
        const some = lengths
          .map((n) => sample.bodyOf(sample.fixed ? 3 : n))
          .filter((body) => body !== undefined)
          .filter((body) => body.length <= framing.maxFrameLength)
        const { stream } = encode(framing, some)
        const cuts = places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b)
        assert.deepEqual(outcome(framing, lent(stream, cuts)), { bodies: hex(some) })
      }),
      { seed: 0xf4a3, numRuns: 60 },
    )
  })
}

/** How often each byte is copied, or searched by more than a few, on its way in, when `length` bytes come one by one. */
function copied(sample: Sample, framing: Framing, length: number): number {
  const body = sample.bodyOf(length)
  const bodies =
    body && length <= framing.maxFrameLength
      ? [body]
      : new Array<Uint8Array>(length >> 7).fill(sample.bodyOf(sample.fixed ? 3 : 128)!)
  const { stream } = encode(framing, bodies)
  const arrived = pieces(stream, 1)
  const { set, slice, indexOf } = Uint8Array.prototype
  let count = 0
  Uint8Array.prototype.set = function (source, at) {
    count += source.length
    set.call(this, source, at)
  }
  Uint8Array.prototype.slice = function (from, to) {
    const part = slice.call(this, from, to)
    count += part.length
    return part
  }
  Uint8Array.prototype.indexOf = function (byte, from) {
    count += this.length
    return indexOf.call(this, byte, from)
  }
  try {
    assert.ok(gives(framing, arrived, bodies))
  } finally {
    Object.assign(Uint8Array.prototype, { set, slice, indexOf })
  }
  return count / stream.length
}

for (const sample of SAMPLES) describe(sample.name, () => contract(sample))

describe('bodies of any bytes', () => {
  for (const sample of SAMPLES.filter(({ name }) =>
    /^(lengthPrefix\('[^,]*$|varintPrefix\(\)|netstring|cobs|slip|one)/.test(name),
  ))
    it(`come back from ${sample.name} as they were`, () => {
      const framing = sample.make()
      const least = sample.name.startsWith('slip') ? 1 : 0
      const special = fc.constantFrom(0, 0, 1, 0xc0, 0xdb, 0xdc, 0xdd, 0xff, 0x2c)
      const body = fc.oneof(
        fc.uint8Array({ minLength: least, maxLength: 255 }),
        fc.array(special, { minLength: least, maxLength: 255 }).map((values) => Uint8Array.from(values)),
      )
      fc.assert(
        fc.property(fc.array(body, { maxLength: 5 }), fc.nat(), (some, place) => {
          const { stream } = encode(framing, some)
          assert.deepEqual(outcome(framing, lent(stream, [place % (stream.length + 1)])), { bodies: hex(some) })
        }),
        { seed: 0xb0d1e5, numRuns: 150 },
      )
    })
})
