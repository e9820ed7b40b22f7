/**
 * Record: a string and an integer in one message, both ways.
 *
 *   +------------+-------------------+----------+-------------+
 *   | length: !I | text length: !I   | text     | number: !i  |
 *   +------------+-------------------+----------+-------------+
 */
import { exchange, i32, lengthPrefix, record as recordOf, ServiceUsageError, service, string, u32 } from 'wirewright'
import { tcp } from 'wirewright/node'

const Entry = recordOf({ text: string(u32), number: i32 })

export const record = exchange('record', { framing: lengthPrefix('!I'), request: Entry, reply: Entry })

export default service(record, (entry) => entry, {
  endpoint: tcp({ host: '127.0.0.1', port: 65433 }),
  read([text, number, ...others]) {
    if (text !== undefined && /^-?\d+$/.test(number ?? '') && others.length === 0)
      return { text, number: Number(number) }
    throw new ServiceUsageError('a text and an integer are wanted, such as: wirewright call record Ada 36')
  },
  async call({ client, words: entry, print, timeoutMs }) {
    const reply = await client.request(entry, { timeoutMs })
    print(reply.text)
    print(`${reply.number}`)
  },
})
