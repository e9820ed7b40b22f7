/**
 * Records in a program that has many: how long one takes when others were used before it.
 *
 *   node --single-threaded --disallow-code-generation-from-strings bench/codec/crowd.mjs      nobody, and a dozen, before them
 *   node --single-threaded bench/codec/crowd.mjs                                              the same with generated code
 *
 * Without generated code the first three records have a text of their own (src/codec/unrolled.ts); here is what that is
 * worth, and what all others pay. Ratios to the code written by hand, the best of 25 turns each, in one process.
 */
import { spawnSync } from 'node:child_process'
import { array, bool, bytes, f32, f64, i16, i32, le, record, string, u8, u16, u32, u64 } from 'wirewright/codec'
import { hand } from './hand.mjs'
import { INPUTS, tasks } from './tasks.mjs'

const TURNS = 25
const COUNT = 20_000
const [, script, others] = process.argv
/** What came of it last, so that none of the work can be left undone. */
let kept

if (others === undefined)
  for (const before of ['0', '12'])
    spawnSync(process.execPath, [...process.execArgv, script, before], { stdio: 'inherit' })
else measure(Number(others))

function measure(before) {
  for (let i = 0; i < before; i++) useAnother(i)
  const codecs = {
    a: record({ id: u32, tag: bytes(2), level: f32 }),
    b: le(
      record({
        ...{ kind: u8, port: u16, serial: u32, total: u64, ratio: f32 },
        ...{ time: f64, delta: i16, offset: i32, valid: bool },
      }),
    ),
    c: record({ name: string(u16), code: i32, samples: array(u16, u16) }),
  }
  const cells = Object.entries(codecs).flatMap(([task, codec]) => [
    { name: `${task}.enc`, given: tasks[task].inputs, ours: (v) => codec.encode(v), hand: hand[task].object.encode },
    { name: `${task}.dec`, given: tasks[task].bytes, ours: (b) => codec.decode(b), hand: hand[task].object.decode },
  ])
  const best = new Map(cells.map(({ name }) => [name, [Infinity, Infinity]]))
  for (let turn = 0; turn < TURNS; turn++)
    for (const { name, given, ours, hand } of cells)
      for (const [i, work] of [hand, ours].entries()) {
        const ns = timeOf(work, given)
        if (ns < best.get(name)[i]) best.get(name)[i] = ns
      }
  const ratios = [...best].map(([name, [limit, ns]]) => ({ name, ns, ratio: ns / limit }))
  const mean = Math.exp(ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / ratios.length)
  const shown = ratios.map(({ name, ns, ratio }) => `${name} ${ratio.toFixed(2)} (${ns.toFixed(0)} ns)`)
  console.log(`${before} records before: ${shown.join('  ')}  mean ${mean.toFixed(2)}`)
}

function timeOf(work, given) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < COUNT; i++) kept = work(given[i % INPUTS])
  const ns = Number(process.hrtime.bigint() - start) / COUNT
  if (kept === undefined) throw new Error('nothing came of it')
  return ns
}

/** Uses a record of one to nine fields, each with a name of its own, as often as it takes to be optimised. */
function useAnother(i) {
  const kinds = [u8, u16, u32, i32, f32, bool]
  const fields = Array.from({ length: 1 + (i % 9) }, (_, n) => [`x${i}_${n}`, kinds[(i + n) % kinds.length]])
  const codec = record(Object.fromEntries(fields))
  const value = Object.fromEntries(fields.map(([name, kind]) => [name, kind === bool ? true : 1]))
  for (let turn = 0; turn < COUNT; turn++) codec.decode(codec.encode(value))
}
