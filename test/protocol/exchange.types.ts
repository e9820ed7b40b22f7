/** What the compiler makes of a protocol: bodies inferred from formats, and mistakes that do not compile. */
import { type Client, connect, createServer, exchange, lengthPrefix, message, protocol, struct } from 'wirewright'
import { tcp } from 'wirewright/node'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_T extends true>(): void => {}

export async function types(): Promise<void> {
  const framing = lengthPrefix('!I')
  const square = exchange('square', { framing, request: struct('!i'), reply: struct('!i') })

  // Inferred, sync and async.
  createServer(square, ([n]) => {
    expect<Equal<typeof n, number>>()
    return [n * n]
  })
  createServer(square, async ([n]) => [n * n])
  createServer(square, ([n], { connection, signal }) => {
    expect<Equal<typeof connection.id, number>>()
    expect<Equal<typeof signal.aborted, boolean>>()
    return Promise.resolve([n])
  })
  // @ts-expect-error a reply is owed
  createServer(square, ([n]) => {
    n.toFixed()
  })
  // @ts-expect-error a string is no integer
  createServer(square, ([n]) => [`${n}`])
  // @ts-expect-error one integer, not two
  createServer(square, ([n]) => [n, n])

  const client = await connect(square, tcp({ port: 1 }))
  expect<Equal<typeof client, Client<typeof square>>>()
  const reply = await client.request([12345])
  expect<Equal<(typeof reply)[0], number>>()
  // @ts-expect-error one integer, not two
  client.request([1, 2])
  // @ts-expect-error a string where an integer is wanted
  client.request(['1'])

  // Wide integers come as bigint, and either may be sent.
  const wide = exchange('wide', { framing, request: struct('!q'), reply: struct('!Q?') })
  createServer(wide, ([n]) => {
    expect<Equal<typeof n, bigint>>()
    return [n, true]
  })
  const wideClient = await connect(wide, tcp({ port: 1 }))
  wideClient.request([1])
  wideClient.request([1n])
  // @ts-expect-error a string where q wants an integer
  wideClient.request(['1'])

  // A table of handlers is complete, and nothing but complete.
  const talk = protocol('talk', {
    framing,
    fromClient: { ask: message(struct('!h')) },
    fromServer: { answer: message(struct('!d')) },
    calls: { question: { ask: 'ask', reply: 'answer' } },
  })
  createServer(talk, { ask: ([n]) => [n / 2] })
  // @ts-expect-error ask has no handler
  createServer(talk, {})
  // @ts-expect-error the answer is a number
  createServer(talk, { ask: () => ['half'] })
  const talker = await connect(talk, tcp({ port: 1 }))
  const half = await talker.request('question', [3])
  expect<Equal<(typeof half)[0], number>>()
  // @ts-expect-error there is no such call
  talker.request('ask', [3])

  // One-way messages.
  const note = protocol('note', {
    framing,
    fromClient: { note: message(struct('!B')) },
    fromServer: { news: message(struct('!H')) },
  })
  createServer(note, {
    note: ([level], { connection }) => {
      connection.send('news', [level])
      // @ts-expect-error a server does not send notes
      connection.send('note', [level])
    },
  })
  const reader = await connect(note, tcp({ port: 1 }))
  for await (const { type, body } of reader.messages()) {
    expect<Equal<typeof type, 'news'>>()
    expect<Equal<(typeof body)[0], number>>()
  }
}
