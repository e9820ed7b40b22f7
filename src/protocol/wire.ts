/**
 * A protocol as the engine reads it: for one side, what may come in, what may go out, and what each means.
 *
 * This is where an envelope will choose among kinds of message; without one a direction has one kind at most.
 */
import type { Codec } from '../codec.js'
import type { Protocol } from './protocol.js'
import type { Role } from './types.js'

/** One kind of message, from the point of view of one side. */
export interface Kind {
  readonly name: string
  readonly codec: Codec<unknown, unknown>
  /** `ask`: a reply is owed. `reply`: it answers the oldest ask that is open. `note`: it stands alone. */
  readonly part: 'ask' | 'reply' | 'note'
  /** For an ask: the name of the message that answers it. */
  readonly answeredBy?: string
}

/** Both directions of a protocol for one side. */
export interface Wire {
  /** The kind of message that frames from the peer hold; undefined when none may come. */
  readonly incoming: Kind | undefined
  /** What this side may send, by message name. */
  readonly outgoing: ReadonlyMap<string, Kind>
}

export function wireFor(protocol: Protocol, role: Role): Wire {
  const parts = new Map<string, Pick<Kind, 'part' | 'answeredBy'>>()
  for (const { ask, reply } of Object.values<{ ask: string; reply: string }>(protocol.calls)) {
    parts.set(`client ${ask}`, { part: 'ask', answeredBy: reply })
    parts.set(`server ${reply}`, { part: 'reply' })
  }
  const kinds = (from: Role): Kind[] =>
    Object.entries<{ codec: Codec<unknown, unknown> }>(
      from === 'client' ? protocol.fromClient : protocol.fromServer,
    ).map(([name, { codec }]) => ({ name, codec, ...(parts.get(`${from} ${name}`) ?? { part: 'note' }) }))
  const outgoing = kinds(role)
  return {
    incoming: kinds(role === 'client' ? 'server' : 'client')[0],
    outgoing: new Map(outgoing.map((kind) => [kind.name, kind])),
  }
}
