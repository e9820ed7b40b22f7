/** What handlers are told about the connection they serve. */
import type { Identity } from '../auth/index.js'
import type { Signal } from '../env.js'
import type { HandlerContext } from './application.js'
import { type CloseReason, ConnectionClosedError } from './close-reason.js'
import type { Connection } from './connection.js'

declare const AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void }

/** A context whose signal is made only when a handler looks at it: an AbortController costs more than most handlers do. */
export class LazyContext implements HandlerContext {
  readonly connection: Connection
  #controller: InstanceType<typeof AbortController> | undefined
  #aborted: CloseReason | undefined

  constructor(connection: Connection) {
    this.connection = connection
  }

  get identity(): Identity | undefined {
    return this.connection.identity
  }

  get signal(): Signal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.abort(this.#aborted)
    }
    return this.#controller.signal
  }

  abort(reason: CloseReason): void {
    this.#aborted = reason
    this.#controller?.abort(new ConnectionClosedError('the handler is no longer waited for', reason, 'no'))
  }
}
