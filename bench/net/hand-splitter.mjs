/** The fastest splitter that we can write: ranges to a callback; a frame that a chunk cuts gets one array of its length. */
export class HandSplitter {
  frame
  carry = undefined
  carried = 0

  /** @param frame called with bytes, start, end */
  constructor(frame) {
    this.frame = frame
  }

  write(chunk) {
    let at = 0
    const end = chunk.length
    if (this.carry !== undefined) at = this.complete(chunk)
    while (end - at >= 4) {
      const length = ((chunk[at] << 24) | (chunk[at + 1] << 16) | (chunk[at + 2] << 8) | chunk[at + 3]) >>> 0
      if (length > 1024 * 1024) throw new Error(`a frame of ${length} bytes`)
      if (end - at - 4 < length) break
      this.frame(chunk, at + 4, at + 4 + length)
      at += 4 + length
    }
    if (at < end) this.keep(chunk, at)
  }

  keep(chunk, at) {
    const available = chunk.length - at
    this.carry = new Uint8Array(available < 4 ? 4 : 4 + lengthAt(chunk, at))
    this.carry.set(chunk.subarray(at))
    this.carried = available
  }

  complete(chunk) {
    let at = 0
    while (this.carried < 4 && at < chunk.length) this.carry[this.carried++] = chunk[at++]
    if (this.carried < 4) return at
    const whole = 4 + lengthAt(this.carry, 0)
    if (whole > 4 + 1024 * 1024) throw new Error(`a frame of ${whole} bytes`)
    if (this.carry.length < whole) {
      const grown = new Uint8Array(whole)
      grown.set(this.carry)
      this.carry = grown
    }
    const missing = Math.min(whole - this.carried, chunk.length - at)
    this.carry.set(chunk.subarray(at, at + missing), this.carried)
    this.carried += missing
    if (this.carried === whole) {
      const { carry } = this
      this.carry = undefined
      this.frame(carry, 4, whole)
    }
    return at + missing
  }
}

const lengthAt = (bytes, at) => ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
