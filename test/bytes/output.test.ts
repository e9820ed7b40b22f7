/** Bytes on their way out: what is appended arrives, whichever way of copying serves its length. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Output } from '#floor/bytes'

const counted = (length: number) => Uint8Array.from({ length }, (_, i) => i + 1)

describe('an output', () => {
  it('appends whole arrays and parts of any length, Buffers too', () => {
    for (const length of [0, 1, 11, 12, 13, 31, 32, 33, 63, 64, 65, 100]) {
      const body = counted(length)
      const around = Uint8Array.of(0xff, ...body, 0xff)
      const output = new Output()
      output.append(body)
      output.append(around, 1, length + 1)
      output.append(around, 1 + length)
      output.append(Buffer.from(around), 0, length + 1)
      assert.deepEqual(output.copy(), Uint8Array.of(...body, ...body, 0xff, 0xff, ...body), `${length}`)
    }
  })

  it('keeps what is there while it grows, and forgets what is taken back', () => {
    const output = new Output()
    for (let i = 0; i < 100; i++) output.append(counted(20))
    assert.equal(output.length, 2000)
    output.length = 30
    output.append(Uint8Array.of(7))
    assert.deepEqual(output.copy(20), Uint8Array.of(...counted(10), 7))
  })
})
