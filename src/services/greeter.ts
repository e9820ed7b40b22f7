/**
 * Greeter: the server speaks first, then greets every name that it receives. UTF-8 text, and one chunk is one message.
 *
 *   server ─▶ Welcome!
 *   client ─▶ Michael        server ─▶ Hello, Michael!
 *   client ─▶ exit           server closes
 *
 * Without framing this works only because each side waits for the other; `sticky` shows what happens when they do not.
 */
import { chunks, configurable, duration, message, protocol, service, string } from 'wirewright'
import { tcp } from 'wirewright/node'

export const greeter = protocol('greeter', {
  framing: chunks(),
  fromClient: { name: message(string()) },
  fromServer: { greeting: message(string()) },
})

export default configurable({ delay: duration('wait before each answer', { of: 'serve' }) }, ({ delay }) =>
  service(
    greeter,
    {
      async name(name, { connection }) {
        if (name === 'exit') return void connection.close()
        // A handler that waits holds up its own connection and no other.
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
        await connection.send('greeting', `Hello, ${name}!`)
      },
    },
    {
      endpoint: tcp({ host: '127.0.0.1', port: 9999 }),
      opened: (connection) => void connection.send('greeting', 'Welcome!'),
      async call({ client, words, next, print }) {
        print(await next())
        for (const name of words.filter((word) => word !== 'exit')) {
          await client.send('name', name)
          print(await next())
        }
        await client.send('name', 'exit')
      },
    },
  ),
)
