/** Ctrl-C and `kill` end a command quietly, with the code that says so. */
import { EXIT } from './exit.js'

/** `tidy` runs first: for what must not be left behind. */
export function endQuietly(tidy: () => void = () => {}): void {
  for (const [signal, code] of [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const)
    process.once(signal, () => {
      tidy()
      process.exit(code)
    })
}
