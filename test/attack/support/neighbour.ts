/** Somebody who behaves: `neighbour.js port` asks one thing after the other when told to, and tells how long each answer took. */
import { connect, exchange, lengthPrefix, rest } from 'wirewright'
import { tcp } from 'wirewright/node'

const echo = exchange('echo', { framing: lengthPrefix('!I'), request: rest(), reply: rest() })
const client = await connect(echo, tcp({ port: Number(process.argv[2]) }))
process.on('message', async (count) => {
  const times: number[] = []
  for (let i = 0; i < Number(count); i++) {
    const begun = performance.now()
    await client.request(Uint8Array.of(i & 255))
    times.push(performance.now() - begun)
  }
  process.send!({ times })
})
process.send!({ times: [] })
