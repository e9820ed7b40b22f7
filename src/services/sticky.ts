/**
 * Sticky: the problem that framing solves. A stream promises that every byte comes, in order, and nothing about where one
 * send ended and the next began.
 *
 *                  sent                      received
 *   as it is       | Hello | World |         | HelloWorld |   or   | Hel | loWorld |   or, on a quiet day, what was sent
 *   --framed       | 5 Hello | 5 World |     | Hello | World |     wherever the stream is cut
 *
 * The server sends back what it has taken for a message. One word of the protocol is the difference.
 */
import { chunks, configurable, flag, lengthPrefix, message, protocol, service, showText, string } from 'wirewright'
import { tcp } from 'wirewright/node'

export default configurable({ framed: flag('put its length in front of each message') }, ({ framed }) =>
  service(
    protocol('sticky', {
      framing: framed ? lengthPrefix('!I') : chunks(),
      fromClient: { said: message(string()) },
      fromServer: { heard: message(string()) },
    }),
    {
      async said(text, { connection }) {
        console.error(`received ${showText(text)}`)
        await connection.send('heard', text)
      },
    },
    {
      endpoint: tcp({ host: '127.0.0.1', port: 65435 }),
      read: (words) => (words.length > 0 ? words : ['Hello', 'World']),
      async call({ client, words, next, print }) {
        for (const word of words) client.send('said', word)
        // In how many pieces they come back nobody knows; that every letter does is certain.
        for (let left = words.join('').length; left > 0; ) {
          const text = await next()
          print(text)
          left -= text.length
        }
      },
    },
  ),
)
