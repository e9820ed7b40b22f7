/**
 * The best that we can write by hand on a public `net.Socket`: a splitter by ranges, one write for all replies of a chunk,
 * and an output buffer that is used again when the write has left nothing queued. Everything else is measured against it.
 */
import { createServer } from 'node:net'
import { listen } from './announce.mjs'

const FIRST_OUTPUT = 64 * 1024
let output = Buffer.allocUnsafe(FIRST_OUTPUT)

class Echo {
  socket
  carry = undefined
  carried = 0
  length = 0

  constructor(socket) {
    this.socket = socket
  }

  receive(chunk) {
    let at = 0
    const end = chunk.length
    if (this.carry !== undefined) at = this.complete(chunk)
    while (end - at >= 4) {
      const length = ((chunk[at] << 24) | (chunk[at + 1] << 16) | (chunk[at + 2] << 8) | chunk[at + 3]) >>> 0
      if (length > 1024 * 1024) return this.socket.destroy()
      if (end - at - 4 < length) break
      this.frame(chunk, at + 4, at + 4 + length)
      at += 4 + length
    }
    if (at < end) this.keep(chunk, at)
    if (this.length > 0) this.write()
  }

  /** The frame's first bytes, in an array just as long as the frame where its length is known. */
  keep(chunk, at) {
    const available = chunk.length - at
    this.carry = Buffer.allocUnsafe(available < 4 ? 4 : 4 + chunk.readUInt32BE(at))
    this.carried = chunk.copy(this.carry, 0, at)
  }

  /** Adds to the frame that an earlier chunk began; says where in this one it ended. */
  complete(chunk) {
    let at = 0
    if (this.carried < 4) {
      at = chunk.copy(this.carry, this.carried, 0, 4 - this.carried)
      this.carried += at
      if (this.carried < 4) return at
    }
    const length = this.carry.readUInt32BE(0)
    if (length > 1024 * 1024) {
      this.socket.destroy()
      return chunk.length
    }
    if (this.carry.length < 4 + length) {
      const whole = Buffer.allocUnsafe(4 + length)
      this.carry.copy(whole, 0, 0, 4)
      this.carry = whole
    }
    const copied = chunk.copy(this.carry, this.carried, at, at + 4 + length - this.carried)
    this.carried += copied
    at += copied
    if (this.carried === 4 + length) {
      const { carry } = this
      this.carry = undefined
      this.frame(carry, 4, 4 + length)
    }
    return at
  }

  frame(bytes, start, end) {
    const length = end - start
    let to = this.length
    if (to + 4 + length > output.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * output.length, to + 4 + length))
      output.copy(larger, 0, 0, to)
      output = larger
    }
    output[to++] = length >>> 24
    output[to++] = length >>> 16
    output[to++] = length >>> 8
    output[to++] = length
    if (length > 64) bytes.copy(output, to, start, end)
    else for (let i = start; i < end; i++) output[to++] = bytes[i]
    this.length += 4 + length
  }

  write() {
    const { socket } = this
    socket.write(output.subarray(0, this.length))
    this.length = 0
    if (socket.writableLength > 0) output = Buffer.allocUnsafe(FIRST_OUTPUT)
    if (socket.writableNeedDrain) socket.pause()
  }
}

listen(
  createServer({ noDelay: true }, (socket) => {
    const echo = new Echo(socket)
    socket.on('data', (chunk) => echo.receive(chunk))
    socket.on('drain', () => socket.resume())
    socket.on('error', () => {})
  }),
)
