/** What a protocol means to the program on either side of it, as types: bodies, asks, replies. */
import type { Message, Protocol } from './protocol.js'

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
type AskOf<C> = C extends { ask: infer N } ? N : never
type ReplyOf<C> = C extends { reply: infer N } ? N : never
/** The field of the ask, or of the reply, that carries the id: the session fills it in, so the program does not. */
type IdField<C, Side extends 'ask' | 'reply'> = C extends { match: { [S in Side]: infer F extends string } } ? F : never
type WithoutId<Body, Field> = [Field] extends [never] ? Body : Body extends unknown ? Omit<Body, Field & string> : never

/** The names of the calls that `R` may make. */
export type CallNames<P, R extends Role> = {
  [N in keyof CallsOf<P> & string]: AskOf<CallsOf<P>[N]> extends NamesOf<Outbound<P, R>> ? N : never
}[keyof CallsOf<P> & string]

/** What `R` gives to make the call `N`. */
export type AskBody<P, R extends Role, N extends keyof CallsOf<P>> = WithoutId<
  BodyFor<Outbound<P, R>, AskOf<CallsOf<P>[N]>>,
  IdField<CallsOf<P>[N], 'ask'>
>
/** What it gets. */
export type ReplyBody<P, R extends Role, N extends keyof CallsOf<P>> = BodyOf<Inbound<P, R>, ReplyOf<CallsOf<P>[N]>>

/** The call that the message `N` asks, or never when `N` asks nothing. */
type CallAsking<P, N> = {
  [Name in keyof CallsOf<P>]: AskOf<CallsOf<P>[Name]> extends N ? CallsOf<P>[Name] : never
}[keyof CallsOf<P>]

// biome-ignore-start lint/suspicious/noConfusingVoidType: it is what a handler returns
/** What `R` owes for the message `N`: the body of its reply, or void when it asks nothing. */
export type Owed<P, R extends Role, N> = [CallAsking<P, N>] extends [never]
  ? void
  : WithoutId<BodyFor<Outbound<P, R>, ReplyOf<CallAsking<P, N>>>, IdField<CallAsking<P, N>, 'reply'>>

// biome-ignore-end lint/suspicious/noConfusingVoidType: as above

/** The messages that come to `R` by themselves: all but the replies to its own calls. */
export type Unasked<P, R extends Role> = Exclude<
  NamesOf<Inbound<P, R>>,
  ReplyOf<CallsOf<P>[CallNames<P, R> & keyof CallsOf<P>]>
>

/** The messages that come to `R` by themselves and ask nothing, each with its name. */
export type NoteOf<P, R extends Role> = {
  [N in Unasked<P, R>]: [CallAsking<P, N>] extends [never]
    ? { readonly type: N; readonly body: BodyOf<Inbound<P, R>, N> }
    : never
}[Unasked<P, R>]
