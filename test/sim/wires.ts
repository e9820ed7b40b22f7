/** The wires that simulated programs speak: calls in order, calls by id, a server that asks, messages without an answer. */
import { bytes, datagram, lengthPrefix, protocol, record, rest, u16, u32 } from 'wirewright'

const framing = lengthPrefix('!H')
const body = record({ n: u32, data: bytes(u16) })
const numbered = record({ id: u16, n: u32, data: bytes(u16) })
const message = <C>(codec: C): { readonly codec: C } => ({ codec })

/** What a heartbeat asks: the server executes it any number of times. */
export const BEAT = 0xffff_ffff

/** Not idempotent: no request may ever be executed twice. */
export const ordered = protocol('ordered', {
  framing,
  fromClient: { ask: message(body) },
  fromServer: { answer: message(body) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
  heartbeat: { client: { send: 'ask', body: { n: BEAT, data: new Uint8Array(0) } } },
})

/** Idempotent, with few ids, so that they come around. */
export const byId = protocol('by-id', {
  framing,
  fromClient: { ask: message(numbered) },
  fromServer: { answer: message(numbered) },
  calls: { ask: { ask: 'ask', reply: 'answer', match: { ask: 'id', reply: 'id', max: 9 }, idempotent: true } },
})

/** The server asks its clients. */
export const callback = protocol('callback', {
  framing,
  fromServer: { ask: message(body) },
  fromClient: { answer: message(body) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})

/** In datagrams; with more ids than requests, for the reply of a lost one may come at any time. */
export const packets = protocol('packets', {
  framing: datagram(),
  fromClient: { ask: message(numbered) },
  fromServer: { answer: message(numbered) },
  calls: { ask: { ask: 'ask', reply: 'answer', match: { ask: 'id', reply: 'id', max: 65_535 } } },
})

/** Both sides speak and nobody answers; a body may be empty. */
export const notes = protocol('notes', {
  framing,
  fromClient: { up: message(rest()) },
  fromServer: { down: message(rest()) },
})

const LENGTHS = [0, 1, 7, 31, 127, 128, 249, 250, 251, 255, 256, 257, 1000]

/** The data that belongs to `n`, so that whoever sees it knows what it must be. Lengths sit on the borders. */
export function dataFor(n: number, salt: number): Uint8Array {
  const data = new Uint8Array(LENGTHS[(n * 7 + salt) % LENGTHS.length]!)
  for (let i = 0; i < data.length; i++) data[i] = (n * 31 + i * 7 + salt) & 255
  return data
}
