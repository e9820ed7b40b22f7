/**
 * Whether a contender does its work at all: the reference's bytes from the values, and the values from the bytes, in
 * every cell. In a process of its own, as these calls would teach the optimizer things that the timed ones do not.
 *
 *   node verify.mjs <contender> [<task> …]
 */
import assert from 'node:assert/strict'
import { find, prepare } from './contenders.mjs'
import { hand } from './hand.mjs?verify'

const [, , name, ...only] = process.argv
const contender = find(name)
for (const [task, cell] of Object.entries(await contender.load())) {
  if (only.length > 0 && !only.includes(task)) continue
  const { values, ownValues, bytes, ownBytes } = prepare(task, cell)
  const what = `${contender.name}, task ${task}`
  for (const [i, value] of values.entries()) {
    const limit = hand[task][cell.shape]
    assert.deepEqual(limit.encode(value), bytes[i])
    assert.deepEqual(limit.decode(bytes[i]), value)
    if (cell.encode && cell.sameBytes !== false)
      assert.deepEqual(Uint8Array.from(cell.encode(ownValues[i])), bytes[i], what)
    if (cell.decode) assert.deepEqual((cell.plain ?? ((same) => same))(cell.decode(ownBytes[i])), value, what)
    for (const each of cell.each ? [limit.each, cell.each] : []) {
      const seen = []
      each(each === cell.each ? ownBytes[i] : bytes[i], (record) => seen.push(record))
      assert.deepEqual(seen, value, what)
    }
  }
}
