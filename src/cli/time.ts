/** Times on the command line (`--timeout 5`, `5s`, `500ms`), and in what it prints. */
import { parseDuration } from '../service/index.js'

/** In milliseconds. @throws {UsageError} */
export function milliseconds(flag: string | undefined): number | undefined {
  return flag === undefined ? undefined : parseDuration(flag)
}

/** Nanoseconds since 1970, as a string: JSON's numbers are too short for them. */
export function timestamp(): string {
  return String(BigInt(Date.now()) * 1_000_000n)
}
