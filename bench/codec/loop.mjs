/**
 * The loop that is timed. Loaded once for each who is measured in each cell, under an address of its own, so that no
 * loop's feedback is spoilt by another's functions.
 */
export function loop(work, readResult, inputs, ring, count) {
  const mask = inputs.length - 1
  const last = ring.length - 1
  let sum = 0
  for (let i = 0; i < count; i++) {
    const result = work(inputs[i & mask])
    ring[i & last] = result
    sum += readResult(result)
  }
  return sum
}

/** The same for work that hands over one record after the other: each of their three fields is read. */
export function visit(each, inputs, ring, count) {
  const last = ring.length - 1
  let sum = 0
  for (let i = 0; i < count; i++) {
    let at = 0
    each(inputs[0], (record) => {
      ring[at++ & last] = record
      sum += record[0] + record[1] + record[2]
    })
  }
  return sum
}
