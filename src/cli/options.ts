/** What the words of the command line mean, with one line of help when they mean nothing. */
import { InvalidArgumentError } from 'commander'

/** `--port 65432`. */
export function port(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}

/** `--timeout 5`, `5s` or `500ms`, in milliseconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (number === undefined) throw new InvalidArgumentError('A duration is a number of seconds, or like 500ms, 5s, 2m.')
  return Math.round(Number(number) * { ms: 1, s: 1000, m: 60_000 }[(unit ?? 's') as 'ms' | 's' | 'm'])
}
