/**
 * What a connection tells those who only watch: diagnostics, metrics, traces. Every hook is optional, and one that throws
 * is reported once and changes nothing.
 */
import type { Env } from '../env.js'
import type { Session } from '../session/index.js'
import type { Address, ProxyHeaderError, TransportError } from '../transport/index.js'
import type { CloseReason } from './close-reason.js'
import type { Connection } from './connection.js'
import { guarded } from './promises.js'

/** How a request ended. */
export type Outcome = 'replied' | 'timeout' | 'aborted' | 'failed' | 'closed'

/** A request that has ended, on the side that asked (`ours`) or on the side that answered (`theirs`). */
export interface ObservedRequest {
  readonly name: string
  readonly side: 'ours' | 'theirs'
  readonly outcome: Outcome
  /** From asking to the reply, or from arrival to the handler's end. */
  readonly ms: number
}

/** A peer that came and never became a connection. */
export interface ObservedFailure {
  /** The name of the protocol that is served there. */
  readonly protocol: string
  readonly peer: Address
  readonly error: TransportError | ProxyHeaderError
}

export interface Observer {
  opened?(connection: Connection): void
  /** A turn has ended in which frames came or went: how many, and how many bytes. */
  frames?(connection: Connection, direction: 'in' | 'out', frames: number, bytes: number): void
  request?(connection: Connection, request: ObservedRequest): void
  closed?(connection: Connection, reason: CloseReason): void
  /** The handshake that secures a connection failed, or the PROXY header before it; or they took too long. */
  handshakeFailed?(failure: ObservedFailure): void
}

/** Calls an observer so that it can do no harm. */
export function tell(env: Env, call: () => unknown): void {
  guarded(call, (error) => env.warn(`an observer failed: ${error instanceof Error ? error.message : String(error)}`))
}

/** One connection's observer, called so that it can do no harm. Exists only where there is one. */
export class Observation {
  readonly #observer: Observer
  readonly #connection: Connection
  #framesIn = 0
  #framesOut = 0
  #bytesIn = 0
  #bytesOut = 0

  constructor(observer: Observer, connection: Connection) {
    this.#observer = observer
    this.#connection = connection
  }

  opened(): void {
    this.#tell(() => this.#observer.opened?.(this.#connection))
  }

  /** A turn has ended. */
  frames({ framesIn, framesOut, bytesIn, bytesOut }: Session): void {
    const [newIn, newOut] = [framesIn - this.#framesIn, framesOut - this.#framesOut]
    const [sizeIn, sizeOut] = [bytesIn - this.#bytesIn, bytesOut - this.#bytesOut]
    if (newIn > 0) this.#tell(() => this.#observer.frames?.(this.#connection, 'in', newIn, sizeIn))
    if (newOut > 0) this.#tell(() => this.#observer.frames?.(this.#connection, 'out', newOut, sizeOut))
    this.#framesIn = framesIn
    this.#framesOut = framesOut
    this.#bytesIn = bytesIn
    this.#bytesOut = bytesOut
  }

  request(side: ObservedRequest['side'], name: string, outcome: Outcome, begunAt: number): void {
    const ms = this.#connection.env.now() - begunAt
    this.#tell(() => this.#observer.request?.(this.#connection, { name, side, outcome, ms }))
  }

  closed(reason: CloseReason): void {
    this.#tell(() => this.#observer.closed?.(this.#connection, reason))
  }

  #tell(call: () => unknown): void {
    tell(this.#connection.env, call)
  }
}
