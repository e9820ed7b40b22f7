/**
 * Record: a string and an integer in one message, both ways.
 *
 *   +------------+-------------------+----------+-------------+
 *   | length: !I | text length: !I   | text     | number: !i  |
 *   +------------+-------------------+----------+-------------+
 */
import { exchange, i32, lengthPrefix, record as recordOf, service, string, u32 } from 'wirewright'
import { tcp } from 'wirewright/node'

const Entry = recordOf({ text: string(u32), number: i32 })

export const record = exchange('record', { framing: lengthPrefix('!I'), request: Entry, reply: Entry })

export default service(record, (entry) => entry, { endpoint: tcp({ host: '127.0.0.1', port: 65433 }) })
