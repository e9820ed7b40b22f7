/** Several observers as one. */
import type { Observer } from '../connection/index.js'

/** An observer that tells each of `observers`, in their order. */
export function combine(...observers: readonly Observer[]): Observer {
  const tell =
    <K extends keyof Observer>(hook: K): NonNullable<Observer[K]> =>
    (...facts: any[]): void => {
      for (const observer of observers) (observer[hook] as ((...facts: any[]) => void) | undefined)?.(...facts)
    }
  return {
    ...{ opened: tell('opened'), frames: tell('frames'), request: tell('request'), closed: tell('closed') },
    handshakeFailed: tell('handshakeFailed'),
  }
}
