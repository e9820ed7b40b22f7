/**
 * Messages: structured values, any number of them on one connection.
 *
 *   +------------+-------------------+
 *   | length: !I | JSON text, UTF-8  |     both ways
 *   +------------+-------------------+
 *
 * The server prints each value; with --reply it sends each back.
 */
import {
  configurable,
  flag,
  lengthPrefix,
  message,
  protocol,
  ServiceUsageError,
  service,
  showText,
  string,
  transform,
} from 'wirewright'
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

export default configurable(
  {
    reply: flag('send each value back', { of: 'serve' }),
    noWait: flag('send and leave, without waiting for answers', { of: 'call' }),
  },
  ({ reply, noWait }) =>
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
        read: (words) => words.map(parse),
        async call({ client, words, next, print }) {
          for (const value of words) {
            await client.send('value', value)
            if (!noWait) print(JSON.stringify(await next()))
          }
        },
      },
    ),
)

function parse(word: string): unknown {
  try {
    return JSON.parse(word)
  } catch (error) {
    throw new ServiceUsageError(`'${word}' is no JSON (${(error as Error).message}); one would be '{"a":1}'`)
  }
}
