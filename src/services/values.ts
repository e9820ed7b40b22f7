/**
 * Values: the client sends three values as C would lay them out in memory; the server prints them.
 *
 *   +--------------+---------+-----+--------------+
 *   | number: I    | text: 2s| · · | ratio: f     |     native order and alignment: 12 bytes, two of them padding
 *   +--------------+---------+-----+--------------+
 *
 * Nothing frames the record: its size is the boundary.
 */
import { message, protocol, records, ServiceUsageError, service, showBytes, struct } from 'wirewright'
import { tcp } from 'wirewright/node'

const record = struct('I2sf')

export const values = protocol('values', {
  framing: records(record),
  fromClient: { values: message(record) },
})

export default service(
  values,
  {
    values([number, text, ratio], { connection }) {
      console.error(`received ${hex(record.pack(number, text, ratio))}`)
      console.error(`unpacked (${number}, b${showBytes(text).replace(/^"|"$/g, "'")}, ${ratio})`)
      // One record per connection, as the original has it.
      connection.close()
    },
  },
  {
    endpoint: tcp({ host: 'localhost', port: 10000 }),
    read([number, text, ratio, ...others]): [number, string, number] {
      if (text === undefined || ratio === undefined || others.length > 0)
        throw new ServiceUsageError('three values are wanted, such as: wirewright call values 1 ab 2.7')
      const triple: [number, string, number] = [Number(number), text, Number(ratio)]
      // Only to see whether they fit, while there is no connection yet.
      record.pack(...triple)
      return triple
    },
    async call({ client, words: triple, print }) {
      await client.send('values', triple)
      print(hex(record.pack(...triple)))
    },
  },
)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
