/**
 * A protocol as the engine reads it: for one side, what may come in, what may go out, and what each means.
 *
 * This is where an envelope will choose among kinds of message; without one a direction has one kind at most.
 */
import type { Codec } from '../codec.js'
import { refersTo } from './context-use.js'
import type { Call, Messages, Protocol } from './protocol.js'
import type { Role } from './types.js'

/** One kind of message, from the point of view of one side. */
export interface Kind {
  readonly name: string
  readonly codec: Codec<unknown, unknown>
  /** `ask`: a reply is owed. `reply`: it answers an ask. `note`: it stands alone. */
  readonly part: 'ask' | 'reply' | 'note'
  /** For an ask: the kind that answers it. */
  readonly answer: Kind | undefined
  /** For asks and replies that are matched by id: the field of the body that holds it. */
  readonly idField: string | undefined
  /** For an ask that is matched by id: the largest id. */
  readonly maxId: number
  readonly idempotent: boolean
  /** For a reply: what it says depends on the ask that it answers (`asked('…')`). */
  readonly needsAsk: boolean
}

/** Both directions of a protocol for one side. */
export interface Wire {
  /** The kind of message that frames from the peer hold; undefined when none may come. */
  readonly incoming: Kind | undefined
  /** What this side may send, by message name. */
  readonly outgoing: ReadonlyMap<string, Kind>
  /** The largest id of this side's asks, when their replies are matched by id. */
  readonly maxId: number | undefined
}

/** A protocol never changes, and ten thousand connections read the same one. */
const WIRES = new WeakMap<Protocol, Partial<Record<Role, Wire>>>()

export function wireFor(protocol: Protocol, role: Role): Wire {
  const wires = WIRES.get(protocol) ?? {}
  WIRES.set(protocol, wires)
  wires[role] ??= makeWire(protocol, role)
  return wires[role]
}

function makeWire(protocol: Protocol, role: Role): Wire {
  const { fromClient, fromServer } = protocol as Protocol<Messages, Messages, Record<string, Call>>
  const calls: readonly Call[] = Object.values(protocol.calls)
  const kindsOf = (messages: Messages, answers: ReadonlyMap<string, Kind>): Map<string, Kind> =>
    new Map(Object.entries(messages).map(([name, { codec }]) => [name, kindOf(name, codec, calls, answers)]))
  const none = new Map<string, Kind>()
  const [sent, received] = role === 'client' ? [fromClient, fromServer] : [fromServer, fromClient]
  // Replies are made before the asks that they answer, and each direction may hold either.
  const outgoing = kindsOf(sent, kindsOf(received, none))
  const incoming = kindsOf(received, outgoing)
  const byId = [...outgoing.values()].find((kind) => kind.part === 'ask' && kind.idField !== undefined)
  return { incoming: incoming.values().next().value, outgoing, maxId: byId?.maxId }
}

function kindOf(
  name: string,
  codec: Codec<unknown, unknown>,
  calls: readonly Call[],
  answers: ReadonlyMap<string, Kind>,
): Kind {
  const asking = calls.find((call) => call.ask === name)
  const answering = calls.find((call) => call.reply === name)
  const { match } = asking ?? answering ?? {}
  const part = asking ? 'ask' : answering ? 'reply' : 'note'
  return {
    name,
    codec,
    part,
    answer: asking && answers.get(asking.reply),
    idField: typeof match === 'object' ? (asking ? match.ask : match.reply) : undefined,
    maxId: typeof match === 'object' ? (match.max ?? 65535) : 0,
    idempotent: asking?.idempotent ?? false,
    needsAsk: part === 'reply' && refersTo(codec, 'asked'),
  }
}
