/** What a protocol means to the program on either side of it, as types: bodies, asks, replies. */
import type { Calls, Message, Messages, Protocol } from './protocol.js'

/** Which side of a connection one is. */
export type Role = 'client' | 'server'

/** The messages that `R` receives. */
export type Inbound<P, R extends Role> =
  P extends Protocol<infer C, infer S, any> ? (R extends 'server' ? C : S) : never
/** The messages that `R` sends. */
export type Outbound<P, R extends Role> =
  P extends Protocol<infer C, infer S, any> ? (R extends 'server' ? S : C) : never

/** What decoding the message `N` gives. */
export type BodyOf<M, N> = N extends keyof M ? (M[N] extends Message<infer Out, any> ? Out : never) : never
/** What sending the message `N` takes. */
export type BodyFor<M, N> = N extends keyof M ? (M[N] extends Message<any, infer In> ? In : never) : never

/** The names in a table of messages. */
export type NamesOf<M> = keyof M & string
type CallsOf<P> = P extends Protocol<any, any, infer K> ? K : never

/** The names of the calls that a client may make. */
export type CallNames<P> = keyof CallsOf<P> & string
type AskOf<P, N> = N extends keyof CallsOf<P> ? (CallsOf<P>[N] extends { ask: infer A } ? A : never) : never
type ReplyOf<P, N> = N extends keyof CallsOf<P> ? (CallsOf<P>[N] extends { reply: infer A } ? A : never) : never

/** What a client gives to make the call `N`. */
export type AskBody<P, N> = BodyFor<Outbound<P, 'client'>, AskOf<P, N>>
/** What it gets. */
export type ReplyBody<P, N> = BodyOf<Inbound<P, 'client'>, ReplyOf<P, N>>

/** The name of the message that answers the ask `N`, or never when `N` is one-way. */
export type ReplyTo<P, N> =
  P extends Protocol<Messages, Messages, infer K extends Calls>
    ? { [Name in keyof K]: K[Name]['ask'] extends N ? K[Name]['reply'] : never }[keyof K]
    : never

/** The messages of `M` that belong to no call, each with its name: what an application receives by itself. */
export type MessageOf<M> = { [N in NamesOf<M>]: { readonly type: N; readonly body: BodyOf<M, N> } }[NamesOf<M>]
