/** An authenticator on a link: computes what the machine asks for, and keeps its time, which handshakes beneath it share. */
import { type AuthError, type Authenticator, type AuthStep, AuthUsageError, type Identity } from '../auth/index.js'
import type { Env, Timer } from '../env.js'
import type { Link } from '../transport/index.js'

/** How it ended. */
export interface HandshakeEnd {
  /** `rest`: bytes of the protocol that came along with the handshake's last. */
  done(identity: Identity | undefined, rest: Uint8Array): void
  failed(error: AuthError | AuthUsageError): void
}

export class Handshake {
  readonly #machine: Authenticator
  readonly #link: Link
  readonly #env: Env
  readonly #end: HandshakeEnd
  readonly #timer: Timer
  #isOver = false

  constructor(machine: Authenticator, link: Link, env: Env, end: HandshakeEnd) {
    this.#machine = machine
    this.#link = link
    this.#env = env
    this.#end = end
    const left = link.handshakeBy === undefined ? machine.deadlineMs : Math.max(0, link.handshakeBy - env.now())
    this.#timer = env.timer(Math.min(machine.deadlineMs, left), () => {
      machine.expire()
      this.proceed()
    })
  }

  received(chunk: Uint8Array): void {
    this.#machine.receive(chunk)
    this.proceed()
  }

  ended(): void {
    this.#machine.end()
    this.proceed()
  }

  /** The link is gone. To whoever waits for a grant that may be the answer: servers that refuse often just reset. */
  closed(): void {
    this.#machine.end()
    this.proceed()
    this.stop()
  }

  /** Nothing more will happen. */
  stop(): void {
    this.#isOver = true
    this.#timer.cancel()
  }

  /** Takes the machine as far as it goes with what it has. */
  proceed(): void {
    while (!this.#isOver) {
      const step = this.#machine.nextStep()
      this.#flush()
      if (!step) return
      if (step.type === 'random') this.#machine.supply(this.#env.random(step.length))
      else if (step.type === 'mac') return this.#compute(step)
      else this.#finish(step)
    }
  }

  #compute({ digest, key, message }: AuthStep & { type: 'mac' }): void {
    this.#link.pause()
    this.#env.mac(digest, key.reveal(), message).then(
      (result) => {
        if (this.#isOver) return
        this.#link.resume()
        this.#machine.supply(result)
        this.proceed()
      },
      (cause) => {
        if (this.#isOver) return
        this.stop()
        this.#link.resume()
        const why = cause instanceof Error ? cause.message : String(cause)
        this.#end.failed(new AuthUsageError('AUTH_UNAVAILABLE', `cannot compute HMAC-${digest}: ${why}`, { cause }))
      },
    )
  }

  #finish(step: AuthStep & { type: 'done' | 'failed' }): void {
    this.stop()
    if (step.type === 'failed') this.#end.failed(step.error)
    else this.#end.done(step.identity, this.#machine.takeRest())
  }

  #flush(): void {
    for (let output = this.#machine.takeOutput(); output; output = this.#machine.takeOutput()) this.#link.write(output)
  }
}
