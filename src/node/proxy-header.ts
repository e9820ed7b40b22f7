/** A PROXY header at the start of a TCP socket, read before anything else is done with it. */
import type { Socket } from 'node:net'
import { type Address, ProxyHeaderError, readProxyHeader } from '../transport/index.js'

/** How it ended. One of the two is called, once; neither when the socket closes before. */
export interface HeaderEnd {
  /** For whom the proxy speaks; undefined when it speaks for itself. What came behind the header is unread again. */
  read(source: Address | undefined): void
  failed(error: ProxyHeaderError): void
}

/** Reads the header of `socket`, whose bytes nobody else may read meanwhile. */
export function readHeaderOf(socket: Socket, { read, failed }: HeaderEnd): void {
  let received = Buffer.alloc(0)
  const stop = (): void => {
    socket.off('data', onData)
    socket.off('end', onEnd)
    socket.pause()
  }
  const onData = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk])
    try {
      const header = readProxyHeader(received)
      if (!header) return
      stop()
      const rest = received.subarray(header.length)
      if (rest.length > 0) socket.unshift(rest)
      read(header.source)
    } catch (error) {
      stop()
      failed(error as ProxyHeaderError)
    }
  }
  const onEnd = (): void => {
    stop()
    failed(new ProxyHeaderError('the stream ended before the header did'))
  }
  socket.on('data', onData)
  socket.on('end', onEnd)
}
