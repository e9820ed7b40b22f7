/** What a world watches besides its promises: timers that are set, and hooks that are told each thing once and in order. */
import type { Env } from 'wirewright'
import type { Connectable, Link, Listenable } from 'wirewright/transport'

/** Counts the timers of the programs, which the network's own are not among. */
export class Watch {
  live = 0
  readonly env: Env

  constructor(env: Env) {
    this.env = {
      ...env,
      timer: (ms, callback) => {
        let isLive = true
        const done = (): void => {
          if (isLive) this.live--
          isLive = false
        }
        this.live++
        const timer = env.timer(ms, () => {
          done()
          callback()
        })
        return {
          cancel: () => {
            done()
            timer.cancel()
          },
        }
      },
    }
  }

  /** The endpoint with the watched clock; `arrived` sees each link before the server does, and may stand in for it. */
  place(endpoint: Listenable & Connectable, arrived: (link: Link) => Link = (link) => link): Listenable & Connectable {
    const { address } = endpoint
    return {
      env: this.env,
      address,
      listen: (accept) => endpoint.listen((link) => accept(arrived(link))),
      connect: (options) => endpoint.connect(options),
    }
  }
}

/** What a server's hooks may be told of one connection, and what a client's of its state, after what. */
const MAY_FOLLOW: Readonly<Record<string, readonly string[]>> = {
  '': ['opened', 'closed', 'open'],
  opened: ['closed'],
  open: ['waiting', 'closed'],
  waiting: ['connecting', 'closed'],
  connecting: ['open', 'waiting', 'closed'],
  closed: [],
}

/** Remembers what was told of each, and tells `failed` what may not follow. */
export class Hooks {
  readonly #last = new Map<object, string>()
  readonly #failed: (error: Error) => void

  constructor(failed: (error: Error) => void) {
    this.#failed = failed
  }

  /** How many were told of and not yet closed. */
  get open(): number {
    return [...this.#last.values()].filter((last) => last !== 'closed').length
  }

  tell(what: string, whom: object): void {
    const last = this.#last.get(whom) ?? ''
    if (!MAY_FOLLOW[last]!.includes(what)) this.#failed(new Error(`a hook was told '${what}' after '${last}'`))
    this.#last.set(whom, what)
  }
}

/** The link as it is, and whoever wants to see what goes through it. */
export function tapped(
  link: Link,
  { said, heard }: { said?: (bytes: Uint8Array) => void; heard?: (bytes: Uint8Array) => void },
): Link {
  return {
    local: link.local,
    peer: link.peer,
    datagrams: link.datagrams,
    get queued() {
      return link.queued
    },
    start: (receiver) =>
      link.start({
        received(chunk) {
          heard?.(chunk)
          receiver.received(chunk)
        },
        ended: () => receiver.ended(),
        drained: () => receiver.drained(),
        closed: (error) => receiver.closed(error),
      }),
    write(bytes) {
      said?.(bytes)
      return link.write(bytes)
    },
    end: () => link.end(),
    pause: () => link.pause(),
    resume: () => link.resume(),
    reset: () => link.reset(),
  }
}

/** The place, with every link that is made to it passed through `as`. */
export function through(place: Connectable, as: (link: Link) => Link): Connectable {
  const { env, address } = place
  return { env, address, connect: async (options) => as(await place.connect(options)) }
}
