/** `--timeout 5`, `5s` or `500ms`. */

/** In milliseconds. Parsed when the command runs: what reads a time comes with the whole library. @throws {UsageError} */
export async function milliseconds(flag: string | undefined): Promise<number | undefined> {
  if (flag === undefined) return undefined
  const { parseDuration } = await import('../service/index.js')
  return parseDuration(flag)
}
