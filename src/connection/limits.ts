/** What one connection may cost, each limit with the reason for its default. */
export interface ConnectionLimits {
  /** A request of ours fails when its reply has not come by then. 30 s: longer than any human waits, shorter than for ever. */
  requestTimeoutMs: number
  /** Requests of ours that may wait for replies. 1024: what brokers allow a client to have in flight. */
  maxPendingRequests: number
  /** Requests of the peer that may be running in handlers; above it we stop reading. 1024: the same, seen from the other side. */
  maxConcurrentRequests: number
  /** One-way messages that may wait for their handler; above it we stop reading unless replies are awaited. */
  maxUnreadMessages: number
  /** Bytes queued for a peer above which `send` waits and we stop reading its requests. 1 MiB: some 10 ms of a fast network. */
  highWaterMark: number
  /** How long a closed conversation waits for the peer to close too, so that our last bytes are not lost to a reset. */
  lingerMs: number
  /** How long `close()` lets requests finish before it cuts. 10 s: less than the 30 s that supervisors give a process. */
  drainMs: number
}

export const DEFAULT_LIMITS: Readonly<ConnectionLimits> = {
  requestTimeoutMs: 30_000,
  maxPendingRequests: 1024,
  maxConcurrentRequests: 1024,
  maxUnreadMessages: 64,
  highWaterMark: 1024 * 1024,
  lingerMs: 2_000,
  drainMs: 10_000,
}
