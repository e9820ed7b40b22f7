/** What one connection may cost, each limit with the reason for its default. Times in milliseconds; `Infinity` is never. */
import { DEFAULT_SESSION_LIMITS, departFrom, type SessionLimits } from '../session/index.js'

export interface ConnectionLimits extends SessionLimits {
  /**
   * A request of ours fails when its reply has not come by then; and a peer that has ended its side waits no longer for
   * replies of ours. 30 s: longer than any human waits, shorter than for ever.
   */
  requestTimeoutMs: number
  /** Requests of the peer that may be running in handlers; above it we stop reading. 1024: the same, seen from the other side. */
  maxConcurrentRequests: number
  /**
   * One-way messages that may wait for their handler. 512. At half of it we stop reading; only while we wait for replies,
   * which come behind those messages, do we go on to the whole of it, and then close.
   */
  maxUnreadMessages: number
  /** Bytes queued for the peer above which `send` waits and its requests are not read. 1 MiB: some 10 ms of a fast network. */
  highWaterMark: number
  /**
   * Bytes queued for the peer at which `whenFull` decides. 8 MiB: a peer that far behind will not catch up. Replies of
   * handlers that run already may be four times as much, and with `whenFull: 'wait'` messages too.
   */
  maxQueuedBytes: number
  /** How long a queue may stay above the high-water mark before the connection closes. 10 s. */
  maxQueuedMs: number
  /** How long a closed conversation waits for the peer to close too, so that our last bytes are not lost to a reset. */
  lingerMs: number
  /** How long `close()` lets requests finish before it cuts. 10 s: less than the 30 s that supervisors give a process. */
  drainMs: number
  /** Bytes of one connection that are handled before the others have their turn. 256 KiB … */
  turnBytes: number
  /** … or this many milliseconds, whichever is first. 1 ms: a flood of cheap messages costs its neighbours no more. */
  turnMs: number
}

export const DEFAULT_LIMITS: Readonly<ConnectionLimits> = {
  ...DEFAULT_SESSION_LIMITS,
  requestTimeoutMs: 30_000,
  maxConcurrentRequests: 1024,
  maxUnreadMessages: 512,
  highWaterMark: 1024 * 1024,
  maxQueuedBytes: 8 * 1024 * 1024,
  maxQueuedMs: 10_000,
  lingerMs: 2_000,
  drainMs: 10_000,
  turnBytes: 256 * 1024,
  turnMs: 1,
}

/** The defaults with departures from them: made once, and shared by every connection of a server. @throws {LimitError} */
export function limitsWith(departures: Partial<ConnectionLimits> | undefined): Readonly<ConnectionLimits> {
  return departures ? departFrom(DEFAULT_LIMITS, departures) : DEFAULT_LIMITS
}
