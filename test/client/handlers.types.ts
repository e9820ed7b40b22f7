/** Handlers of a client: bodies and replies inferred as those of a server are, and any of them may be left out. */
import { connect, lengthPrefix, message, protocol, struct } from 'wirewright'
import type { Connectable } from 'wirewright/transport'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_T extends true>(): void => {}

export async function types(endpoint: Connectable): Promise<void> {
  const callback = protocol('callback', {
    framing: lengthPrefix('!I'),
    fromServer: { ask: message(struct('!i')) },
    fromClient: { answer: message(struct('!i')) },
    calls: { ask: { ask: 'ask', reply: 'answer' } },
  })
  await connect(callback, endpoint)
  await connect(callback, endpoint, { handlers: {} })
  await connect(callback, endpoint, { handlers: { ask: async ([n]) => [n * n] } })
  await connect(callback, endpoint, {
    handlers: {
      ask: ([n], { connection }) => {
        expect<Equal<typeof n, number>>()
        expect<Equal<typeof connection.id, number>>()
        return [n * n]
      },
    },
  })
  // @ts-expect-error a reply is owed
  await connect(callback, endpoint, { handlers: { ask: () => {} } })
  // @ts-expect-error a string is no integer
  await connect(callback, endpoint, { handlers: { ask: ([n]) => [`${n}`] } })
  // @ts-expect-error replies come to the one who asked
  await connect(callback, endpoint, { handlers: { answer: () => {} } })
}
