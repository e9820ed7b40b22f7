/**
 * Who is measured. `load` gives the cells that a contender can run:
 *
 *   { a: { shape: 'object' | 'tuple', encode?, decode?, each?, input?, receive?, plain?, read?, sameBytes? }, … }
 *
 * `shape` is what the hand-written code beside it takes and gives. `input` makes the contender's own form of a value,
 * and `receive` its own form of bytes, both before any timing; `plain` turns its result back for comparison; `read` reads
 * every field of its own form of a result.
 * `sameBytes: false` says that it has a wire format of its own. `each` visits the records of task d one by one.
 */
import { tasks, toTuple } from './tasks.mjs'

const neighbour = (name, load) => ({ name, group: 'neighbour', load })
const from = (file) => async () => (await import(`../neighbours/${file}.mjs`)).cells

export const contenders = [
  /** Nothing but noise: the limit against itself. */
  { name: 'hand', group: 'limit', load: () => byHand('object', 'a', 'b', 'c', 'cU', 'd') },
  { name: 'hand, tuples', group: 'limit', load: () => byHand('tuple', 'a', 'b', 'd') },
  neighbour('python-struct', from('python-struct')),
  neighbour('binary-parser-encoder', from('binary-parser-encoder')),
  neighbour('restructure', from('restructure')),
  neighbour('typed-binary', from('typed-binary')),
  neighbour('micro-packed', from('micro-packed')),
  neighbour('@solana/codecs', from('solana-codecs')),
  neighbour('msgpackr', from('msgpackr')),
  neighbour('protobufjs', from('protobufjs')),
]

async function byHand(shape, ...names) {
  const { hand } = await import('./hand.mjs?contender')
  return Object.fromEntries(names.map((name) => [name, { shape, ...hand[name][shape] }]))
}

export function find(name) {
  const found = contenders.find((contender) => contender.name === name)
  if (!found)
    throw new Error(`there is no contender ${name}; there are ${contenders.map((one) => one.name).join(', ')}`)
  return found
}

/** The inputs of both directions, in the reference's form and in the contender's own. */
export function prepare(task, cell) {
  const { inputs, bytes } = tasks[task]
  const values = cell.shape === 'tuple' ? inputs.map((value) => toTuple(task, value)) : inputs
  const ownValues = cell.input ? inputs.map(cell.input) : values
  const sent = cell.sameBytes === false ? ownValues.map((value) => Uint8Array.from(cell.encode(value))) : bytes
  const ownBytes = cell.receive ? sent.map(cell.receive) : sent
  return { values, ownValues, bytes, ownBytes }
}
