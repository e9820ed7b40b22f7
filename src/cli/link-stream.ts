/** A link as one of Node's streams, for libraries that want a socket. */
import { Duplex } from 'node:stream'
import type { Link } from '../transport/index.js'

export function linkStream(link: Link): Duplex {
  let written: (() => void) | undefined
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => link.resume(),
    write(chunk: Uint8Array, _encoding, done) {
      // The link may keep the array; who wrote it may not know.
      if (link.write(new Uint8Array(chunk))) done()
      else written = done
    },
    final(done) {
      link.end()
      done()
    },
    destroy(error, done) {
      link.reset()
      done(error)
    },
  })
  link.start({
    received(chunk) {
      if (!stream.push(Buffer.from(chunk))) link.pause()
    },
    ended: () => void stream.push(null),
    drained() {
      written?.()
      written = undefined
    },
    closed(error) {
      if (error) stream.destroy(error)
      else if (!stream.readableEnded) stream.push(null)
    },
  })
  return stream
}
