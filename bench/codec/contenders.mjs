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

const neighbour = (name, file = name) => ({
  name,
  group: 'neighbour',
  load: async () => (await import(`../neighbours/${file}.mjs`)).cells,
})
const ours = (name, group, kind) => ({ name, group, load: async () => (await import('./ours.mjs'))[kind]() })

export const contenders = [
  ours('struct', 'generated', 'structs'),
  ours('record', 'generated', 'records'),
  /** The same two in a process that forbids code generation. */
  ours('struct, fallback', 'fallback', 'structs'),
  ours('record, fallback', 'fallback', 'records'),
  neighbour('python-struct'),
  neighbour('binary-parser-encoder'),
  neighbour('restructure'),
  neighbour('typed-binary'),
  neighbour('micro-packed'),
  neighbour('@solana/codecs', 'solana-codecs'),
  neighbour('msgpackr'),
  neighbour('protobufjs'),
]

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
