/**
 * Messages: structured values, any number of them on one connection.
 *
 *   +------------+-------------------+
 *   | length: !I | JSON text, UTF-8  |     both ways
 *   +------------+-------------------+
 *
 * The server prints each value; with --reply it sends each back.
 */
import { configurable, flag, lengthPrefix, message, protocol, service, showText, string, transform } from 'wirewright'
import { tcp } from 'wirewright/node'

/** A value as its JSON text. What is no JSON closes the connection that sent it, with an error that quotes it. */
const json = transform(string(), {
  name: 'JSON',
  decode: (text): unknown => JSON.parse(text),
  encode: (value: unknown) => JSON.stringify(value),
})

export const messages = protocol('messages', {
  framing: lengthPrefix('!I'),
  fromClient: { value: message(json) },
  fromServer: { value: message(json) },
})

const options = {
  reply: flag('send each value back', { of: 'serve' }),
  noWait: flag('send and leave, without waiting for answers', { of: 'call' }),
}

export default configurable(options, ({ reply, noWait }) =>
  service(
    messages,
    {
      async value(value, { connection }) {
        console.error(`received ${showText(JSON.stringify(value))}`)
        if (reply) await connection.send('value', value)
      },
    },
    {
      endpoint: tcp({ host: '127.0.0.1', port: 5000 }),
      read: (words) => words.map((word): unknown => JSON.parse(word)),
      async call({ client, words: values, next, print }) {
        for (const value of values) {
          await client.send('value', value)
          if (noWait) continue
          const answer = await next()
          print(JSON.stringify(answer), answer)
        }
      },
    },
  ),
)
