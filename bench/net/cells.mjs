/**
 * The four situations: how many connections, how many requests in flight on each, how many bytes in each.
 *
 * `repeats`: each run is several shorter ones, because how fast one connection moves large frames is partly decided when it
 * opens, and stays so.
 */
export const cells = {
  a: { title: '1 × 1', connections: 1, inFlight: 1, payload: 32, unit: 'µs' },
  b: { title: '1 × 128', connections: 1, inFlight: 128, payload: 32, unit: 'msg/s' },
  c: { title: '64 × 16', connections: 64, inFlight: 16, payload: 32, unit: 'msg/s' },
  d: { title: '1 × 16, 64 KiB', connections: 1, inFlight: 16, payload: 65536, unit: 'MB/s', repeats: 3 },
}

/** Above this much of a processor used by others, a run is done once more. */
export const DISTURBED = 0.15
/** A control that strays further than this from what it is the twin of says that the cell measured something else. */
export const TRUSTED = 0.15

/** The runs that others left alone, where there are at least half of them; otherwise all. */
export function undisturbed(runs) {
  const alone = runs.filter(({ others }) => others <= DISTURBED)
  return 2 * alone.length >= runs.length ? alone : runs
}

export function median(values) {
  const sorted = [...values].sort((x, y) => x - y)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
