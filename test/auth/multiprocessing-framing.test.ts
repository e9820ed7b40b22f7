/** The frames of Python's Connection: the same bytes whole and cut, lengths at every border, and enemies. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FrameDecoder, framingFrom } from 'wirewright'
import { multiprocessingFraming } from 'wirewright/auth'
import { Output } from '#floor/bytes'
import { bytes, frame, hex, range } from './drive.js'

function frames(decoder: FrameDecoder, ...chunks: Uint8Array[]): string[] {
  const found: string[] = []
  for (const chunk of chunks) {
    decoder.write(chunk)
    while (decoder.read()) found.push(hex(decoder.bytes.slice(decoder.start, decoder.end)))
  }
  return found
}

function framed(payload: Uint8Array, framing = multiprocessingFraming()): Uint8Array {
  const output = new Output()
  const mark = framing.begin(output)
  output.append(payload)
  framing.finish(output, mark)
  return output.copy()
}

/** The long form, for a payload of any length. */
function long(payload: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12)
  head.writeInt32BE(-1)
  head.writeBigUInt64BE(BigInt(payload.length), 4)
  return bytes(head, payload)
}

describe('multiprocessingFraming', () => {
  it('frames as Connection.send_bytes does', () => {
    assert.equal(hex(framed(range(3))), '00000003000102')
    assert.equal(hex(framed(new Uint8Array(0))), '00000000')
    assert.deepEqual(framed(range(70_000)), frame(range(70_000)))
  })

  it('finds short and long frames, empty ones among them, wherever the stream is cut', () => {
    const payloads = [range(5), new Uint8Array(0), range(1), range(300), new Uint8Array(0), range(2)]
    const stream = bytes(
      ...payloads.map((payload, i) => (i % 2 === 0 ? long(payload) : frame(payload))),
      long(range(1)),
    )
    const expected = [...payloads, range(1)].map(hex)
    for (let cut = 0; cut <= stream.length; cut++)
      assert.deepEqual(frames(multiprocessingFraming().decoder(), stream.slice(0, cut), stream.slice(cut)), expected)
    assert.deepEqual(
      frames(multiprocessingFraming().decoder(), ...Array.from(stream, (byte) => Uint8Array.of(byte))),
      expected,
    )
  })

  it('checks the length before it waits for a byte of the payload', () => {
    for (const head of [
      '\0\x10\0\x01',
      '\x7f\xff\xff\xff',
      `\xff\xff\xff\xff${'\xff'.repeat(8)}`,
      '\xff\xff\xff\xff\0\0\0\0\0\x10\0\x01',
    ]) {
      const decoder = multiprocessingFraming().decoder()
      decoder.write(bytes(head))
      assert.throws(() => decoder.read(), { code: 'FRAME_TOO_LONG', message: /exceeds maxFrameLength \(1048576\)/ })
    }
    for (const head of ['\xff\xff\xff\xfe', '\x80\0\0\0']) {
      const decoder = multiprocessingFraming().decoder()
      decoder.write(bytes(head))
      assert.throws(() => decoder.read(), { code: 'FRAME_MALFORMED', message: /only -1 stands for something/ })
    }
  })

  it('says who else may be speaking', () => {
    const decoder = multiprocessingFraming().decoder()
    decoder.write(bytes('GET / HTTP/1.1\r\n'))
    assert.throws(() => decoder.read(), {
      message:
        /^declared length 1195725856 .*; these look like the first bytes of an HTTP request; the frame begins "GET/,
      facts: { declared: 0x47455420, limit: 1048576, held: 16, first: bytes('GET / HTTP/1.1\r\n') },
    })
  })

  it('lets a payload of exactly maxFrameLength pass, both ways, and none longer', () => {
    const framing = multiprocessingFraming({ maxFrameLength: 10 })
    assert.deepEqual(frames(framing.decoder(), framed(range(10), framing)), [hex(range(10))])
    assert.throws(() => framed(range(11), framing), { code: 'FRAME_TOO_LONG' })
    assert.throws(() => frames(framing.decoder(), framed(range(11))), { code: 'FRAME_TOO_LONG' })
  })

  it('knows that the stream ended inside a frame, in either form of the length', () => {
    for (const stream of [frame(range(9)), long(range(9))])
      for (let kept = 1; kept < stream.length; kept++) {
        const decoder = multiprocessingFraming().decoder()
        assert.deepEqual(frames(decoder, stream.slice(0, kept)), [])
        assert.throws(() => decoder.finish(), { code: 'FRAME_TRUNCATED' })
      }
  })

  it('describes itself as plain data, with the longest length that it can send', () => {
    assert.deepEqual(multiprocessingFraming({ maxFrameLength: 2 ** 40 }).describe(), {
      kind: 'multiprocessingFraming',
      maxFrameLength: 2 ** 31 - 1,
    })
    const again = framingFrom(JSON.parse(JSON.stringify(multiprocessingFraming({ maxFrameLength: 9 }).describe())), {
      own: {
        multiprocessingFraming: ({ maxFrameLength }) =>
          multiprocessingFraming({ maxFrameLength: Number(maxFrameLength) }),
      },
    })
    assert.equal(again.maxFrameLength, 9)
  })
})
