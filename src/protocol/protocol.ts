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

/** One kind of message: what its body looks like. */
export interface Message<Out = any, In = any> {
  readonly codec: Codec<Out, In>
}

/** The messages of one direction, by name. */
export type Messages = { readonly [name: string]: Message }

/** Relates an ask to its reply, by the names of the messages. Replies come in the order asked. */
export interface Call {
  readonly ask: string
  readonly reply: string
}

/** The calls that one side may make, by name. */
export type Calls = { readonly [name: string]: Call }

/** A protocol whose wire has no envelope: each direction has at most one kind of message, so its frames need no selector. */
export interface ProtocolDefinition<C extends Messages, S extends Messages, K extends Calls> {
  /** How messages are kept apart, in both directions. */
  readonly framing: Framing
  readonly fromClient?: C
  readonly fromServer?: S
  /** What a client may ask. */
  readonly calls?: K
}

/** A defined protocol. `C` and `S` are the messages from client and server, `K` the calls. */
export interface Protocol<C extends Messages = any, S extends Messages = any, K extends Calls = any> {
  readonly name: string
  readonly framing: Framing
  readonly fromClient: C
  readonly fromServer: S
  readonly calls: K
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
  const { framing, fromClient = {} as C, fromServer = {} as S, calls = {} as K } = definition
  const asked = new Set<string>()
  for (const [call, { ask, reply }] of Object.entries(calls)) {
    if (!Object.hasOwn(fromClient, ask))
      throw new ProtocolDefinitionError(name, `call '${call}' asks '${ask}', which is not in fromClient`)
    if (!Object.hasOwn(fromServer, reply))
      throw new ProtocolDefinitionError(name, `call '${call}' is answered by '${reply}', which is not in fromServer`)
    if (asked.has(ask)) throw new ProtocolDefinitionError(name, `two calls ask '${ask}'`)
    asked.add(ask)
  }
  for (const [side, messages] of Object.entries({ fromClient, fromServer }))
    if (Object.keys(messages).length > 1)
      throw new ProtocolDefinitionError(
        name,
        `${side} has ${Object.keys(messages).length} kinds of message (${Object.keys(messages).join(', ')}), and without an envelope nothing on the wire tells them apart`,
      )
  return {
    name,
    framing,
    fromClient,
    fromServer,
    calls,
    describe: () => describeProtocol(name, framing, fromClient, fromServer, calls),
  }
}

function describeProtocol(
  name: string,
  framing: Framing,
  fromClient: Messages,
  fromServer: Messages,
  calls: Calls,
): Description {
  const bodies = (messages: Messages): Record<string, Description> =>
    Object.fromEntries(Object.entries(messages).map(([name, { codec }]) => [name, codec.describe()]))
  return {
    kind: 'protocol',
    name,
    framing: framing.describe(),
    fromClient: bodies(fromClient),
    fromServer: bodies(fromServer),
    calls,
  }
}
