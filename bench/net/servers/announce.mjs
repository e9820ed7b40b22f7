/** What every server of the benchmark does besides serving: one line with its ports, and the end when its parent is gone. */

/** The payloads of the cells; a server whose messages have a shape listens once for each. */
export const PAYLOADS = [32, 65536]

export function announce(...ports) {
  process.stdout.write(`${ports.join(' ')}\n`)
  process.stdin.on('end', () => process.exit()).resume()
}

/** Listens with Node's `net`, and announces the port. */
export function listen(server) {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => announce(server.address().port))
}
