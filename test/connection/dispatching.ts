/** The dispatch of a connection by itself: a session without bytes, whose events the test makes up. */
import {
  type CloseReason,
  type ConnectionLimits,
  DEFAULT_LIMITS,
  lengthPrefix,
  message,
  protocol,
  rest,
} from 'wirewright'
import { nodeEnv } from 'wirewright/node'
import { Session } from 'wirewright/session'
import { type Application, type Connection, Dispatch } from '#floor/connection'

const asking = protocol('asking', {
  framing: lengthPrefix('!I'),
  fromClient: { ask: message(rest()) },
  fromServer: { answer: message(rest()) },
  calls: { ask: { ask: 'ask', reply: 'answer' } },
})

/** What the test wants to know of it. */
export interface Watching {
  breach?(reason: CloseReason): void
  handle?: Application['handle']
}

/** A client's dispatch. Its handlers never finish with a message, unless told otherwise. */
export function dispatchOf(
  limits: Partial<ConnectionLimits>,
  { breach = () => {}, handle = () => new Promise(() => {}) }: Watching = {},
): { dispatch: Dispatch; session: Session } {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const session = new Session(asking, 'client', all)
  const life = {
    now: () => 0,
    workSoon: () => {},
    replied: () => {},
    fail: () => {},
    heardAll: () => {},
    breach: (limit: 'maxQueuedBytes' | 'maxQueuedMs' | 'maxUnreadMessages', allowed: number, seen: number) =>
      breach({ kind: 'limit', limit, allowed, seen }),
  }
  const connection = { env: nodeEnv } as Connection
  const application: Application = { handle, failed: () => {} }
  const dispatch = new Dispatch(connection, life, session, asking, application, all, undefined)
  return { dispatch, session }
}
