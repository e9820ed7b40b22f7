/**
 * Sticky: the problem that framing solves, seen from the receiving side. For every chunk that arrives the server says what
 * it is as a chunk, and what a length prefix makes of the same bytes.
 *
 *   call sticky            two sends, one chunk: "HelloWorld". Where did the first end? Nobody can tell.
 *   call sticky --framed   the same two sends with a length in front of each: "Hello", "World", wherever the chunks are cut.
 */
import {
  chunks,
  configurable,
  type FrameDecoder,
  flag,
  lengthPrefix,
  message,
  protocol,
  rest,
  service,
  showBytes,
  string,
  struct,
} from 'wirewright'
import { tcp } from 'wirewright/node'

export const sticky = protocol('sticky', {
  framing: chunks(),
  fromClient: { chunk: message(rest()) },
  fromServer: { report: message(string()) },
})

export default configurable(
  { framed: flag('send each message with its length in front', { of: 'call' }) },
  ({ framed }) => {
    /** What a length prefix has made of each connection's bytes so far. */
    const decoders = new WeakMap<object, FrameDecoder>()
    return service(
      sticky,
      {
        async chunk(bytes, { connection }) {
          const messages = read(decoders.get(connection)!, bytes).join(', ') || 'none yet'
          const report = `chunk of ${bytes.length} bytes: ${showBytes(bytes)}; messages: ${messages}`
          console.error(report)
          await connection.send('report', `${report}\n`)
        },
      },
      {
        endpoint: tcp({ host: '127.0.0.1', port: 65435 }),
        opened: (connection) => void decoders.set(connection, lengthPrefix('!I').decoder()),
        async call({ client, words, next, print }) {
          const messages = (words.length > 0 ? words : ['Hello', 'World']).map((word) => Buffer.from(word))
          let unreported = 0
          for (const message of messages) {
            const sent = framed ? Buffer.concat([struct('!I').pack(message.length), message]) : message
            unreported += sent.length
            client.send('chunk', sent)
          }
          while (unreported > 0)
            for (const line of (await next()).trimEnd().split('\n')) {
              print(line)
              unreported -= Number(/^chunk of (\d+)/.exec(line)?.[1] ?? unreported)
            }
        },
      },
    )
  },
)

/** The messages that are whole with these bytes, or why there are none to be found in them. */
function read(decoder: FrameDecoder, bytes: Uint8Array): string[] {
  const messages: string[] = []
  try {
    decoder.write(bytes)
    while (decoder.read()) messages.push(showBytes(decoder.bytes.subarray(decoder.start, decoder.end)))
  } catch (error) {
    messages.push((error as Error).message)
  }
  return messages
}
