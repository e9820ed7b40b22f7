/**
 * A protocol: which messages go each way, how they are framed, and which of them answer which.
 *
 *   fromClient   ask ───────────────▶        a call relates an ask to its reply
 *                note ──────────────▶        a message that belongs to no call is one-way
 *   fromServer        ◀─────────────── reply
 *
 * It is data. Session, server, client and tools read it; nothing in it knows a socket.
 */
import type { Codec, Description } from '../codec.js'
import { UsageError } from '../errors.js'
import type { Framing } from '../framing/index.js'
import { sourcesOf } from './context-use.js'
import { carriesEmptyFrames } from './empty-frame.js'

/** One kind of message: what its body looks like. */
export interface Message<Out = any, In = any> {
  readonly codec: Codec<Out, In>
}

/** The messages of one direction, by name. */
export type Messages = { readonly [name: string]: Message }

/** Relates an ask to its reply, by the names of the messages. The side that sends the ask makes the call. */
export interface Call {
  readonly ask: string
  readonly reply: string
  /**
   * How a reply is told from another. `order`, the default: replies come in the order of the asks. Otherwise by an id in
   * both bodies: the named fields, which the session fills in. Replies may then come in any order. Over datagrams only an
   * id tells a late reply from that to the next ask.
   */
  readonly match?: 'order' | IdMatch
  /** Asking twice does no more than asking once, so a client may ask again by itself when its connection breaks. */
  readonly idempotent?: boolean
}

/** Where the ids of a call are, and how large they may be. */
export interface IdMatch {
  /** The field of the ask's body. */
  readonly ask: string
  /** The field of the reply's body. */
  readonly reply: string
  /** The largest id that both fields can hold. 65535, two bytes, unless told. */
  readonly max?: number
}

/** A message that either side sends when it has heard nothing for a while, to learn whether the other is still there. */
export interface Heartbeat {
  /** The ask of a call, whose reply is awaited, or a message that asks nothing, after which anything received will do. */
  readonly send: string
  readonly body: unknown
}

/**
 * Heartbeats of the protocol's own, per side; or `emptyFrame`, for wires whose messages all have a body: each side sends a
 * frame without one whenever it has said nothing else for a while, and expects to hear something as often (as AMQP 0-9-1,
 * section 4.2.7).
 */
export type Heartbeats = 'emptyFrame' | { readonly client?: Heartbeat; readonly server?: Heartbeat }

/** Calls, by name. */
export type Calls = { readonly [name: string]: Call }

/** A protocol whose wire has no envelope: each direction has at most one kind of message, so its frames need no selector. */
export interface ProtocolDefinition<C extends Messages, S extends Messages, K extends Calls> {
  /** How messages are kept apart, in both directions. */
  readonly framing: Framing
  readonly fromClient?: C
  readonly fromServer?: S
  /** Which messages answer which. */
  readonly calls?: K
  /** How each side finds out that the other is gone without a word. Without one, TCP's keepalive must do. */
  readonly heartbeat?: Heartbeats
}

/** A defined protocol. `C` and `S` are the messages from client and server, `K` the calls. */
export interface Protocol<C extends Messages = any, S extends Messages = any, K extends Calls = any> {
  readonly name: string
  readonly framing: Framing
  readonly fromClient: C
  readonly fromServer: S
  readonly calls: K
  readonly heartbeat: Heartbeats
  /** The protocol as plain data. */
  describe(): Description
}

/** A definition that contradicts itself. Thrown where the protocol is defined, never later. */
export class ProtocolDefinitionError extends UsageError<'PROTOCOL_DEFINITION'> {
  constructor(protocol: string, message: string) {
    super('PROTOCOL_DEFINITION', `protocol '${protocol}': ${message}`)
  }
}

/** One kind of message with the given body. */
export function message<Out, In>(codec: Codec<Out, In>): Message<Out, In> {
  return { codec }
}

/**
 * Defines a protocol.
 *
 * @throws {ProtocolDefinitionError} when a call names a message that does not exist, or a direction has two kinds of
 * message and nothing on the wire to tell them apart
 */
export function protocol<const C extends Messages = {}, const S extends Messages = {}, const K extends Calls = {}>(
  name: string,
  definition: ProtocolDefinition<C, S, K>,
): Protocol<C, S, K> {
  return defineProtocol(name, definition)
}

/** As {@link protocol}, for the forms that lower to it. */
export function defineProtocol<C extends Messages, S extends Messages, K extends Calls>(
  name: string,
  definition: ProtocolDefinition<C, S, K>,
): Protocol<C, S, K> {
  const { framing, fromClient = {} as C, fromServer = {} as S, calls = {} as K, heartbeat = {} } = definition
  const refuse = (message: string): never => {
    throw new ProtocolDefinitionError(name, message)
  }
  const asked = new Set<string>()
  for (const [call, { ask, reply }] of Object.entries(calls)) {
    const byClient = Object.hasOwn(fromClient, ask)
    if (!byClient && !Object.hasOwn(fromServer, ask)) refuse(`call '${call}' asks '${ask}', which is no message`)
    const [side, answers] = byClient ? (['fromServer', fromServer] as const) : (['fromClient', fromClient] as const)
    if (!Object.hasOwn(answers, reply)) refuse(`call '${call}' is answered by '${reply}', which is not in ${side}`)
    if (asked.has(ask)) refuse(`two calls ask '${ask}'`)
    asked.add(ask)
  }
  if (heartbeat === 'emptyFrame') {
    if (!carriesEmptyFrames(framing)) refuse(`${framing.kind} has no empty frames that could be heartbeats`)
    for (const [name, { codec }] of Object.entries({ ...fromClient, ...fromServer }))
      if (codec.minSize === 0) refuse(`'${name}' may be empty, as heartbeats are`)
  } else {
    if (typeof heartbeat !== 'object' || Object.keys(heartbeat).some((side) => side !== 'client' && side !== 'server'))
      refuse(`heartbeat is ${JSON.stringify(heartbeat)}, and must be 'emptyFrame' or { client: …, server: … }`)
    for (const [side, beat] of Object.entries(heartbeat))
      if (beat && !Object.hasOwn(side === 'client' ? fromClient : fromServer, beat.send))
        refuse(`the ${side}'s heartbeat sends '${beat.send}', which it has not`)
  }
  for (const [side, messages] of Object.entries({ fromClient, fromServer }))
    if (Object.keys(messages).length > 1)
      refuse(
        `${side} has ${Object.keys(messages).length} kinds of message (${Object.keys(messages).join(', ')}), and without an envelope nothing on the wire tells them apart`,
      )
  const replies = new Map(Object.values(calls).map(({ reply, match }) => [reply, match]))
  for (const [message, { codec }] of [...Object.entries(fromClient), ...Object.entries(fromServer)])
    for (const source of sourcesOf(codec)) {
      if (source !== 'asked') refuse(`'${message}' refers to ${source}('…'), which no protocol without an envelope has`)
      if (!replies.has(message)) refuse(`'${message}' refers to asked('…'), and answers nothing`)
      if (typeof replies.get(message) === 'object')
        refuse(`'${message}' refers to asked('…'), and only itself says which ask it answers`)
    }
  const bodies = (messages: Messages): Record<string, Description> =>
    Object.fromEntries(Object.entries(messages).map(([message, { codec }]) => [message, codec.describe()]))
  const describe = (): Description => ({
    kind: 'protocol',
    name,
    framing: framing.describe(),
    fromClient: bodies(fromClient),
    fromServer: bodies(fromServer),
    calls,
    heartbeat,
  })
  return { name, framing, fromClient, fromServer, calls, heartbeat, describe }
}
