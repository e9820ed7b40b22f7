/** One process of `framing.mjs`: for each frame size, turns of hand, twin and ours; frames a second of processor time as JSON. */
import { lengthPrefix } from 'wirewright/framing'
import { median } from './cells.mjs'
import { HandSplitter } from './hand-splitter.mjs'
import { HandSplitter as Twin } from './hand-splitter.mjs?twin'

const CHUNK = 64 * 1024
const STREAM = 8 * 1024 * 1024
const TURNS = 9
const TURN_MS = 60
const SIZES = { '16 B': 16, '256 B': 256, '4 KiB': 4096, '64 KiB': 65536 }

function chunksOf(size) {
  const frames = Math.floor(STREAM / (4 + size))
  const stream = new Uint8Array(frames * (4 + size)).fill(7)
  for (let at = 0; at < stream.length; at += 4 + size) new DataView(stream.buffer).setUint32(at, size)
  const chunks = []
  // Each an array of its own, as a socket gives them.
  for (let at = 0; at < stream.length; at += CHUNK) chunks.push(stream.slice(at, at + CHUNK))
  return { chunks, frames }
}

/** Processor time, so that others on this machine do not count. */
function usedMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

/** The same code for hand and twin, compiled twice, so that neither pays for the other's types. */
const passByHand = (Splitter) =>
  new Function(
    'Splitter',
    `return (chunks) => {
      let frames = 0, sum = 0
      const splitter = new Splitter((bytes, start, end) => { frames++; sum += bytes[start] + bytes[end - 1] })
      for (const chunk of chunks) splitter.write(chunk)
      return frames + sum
    }`,
  )(Splitter)

const framing = lengthPrefix('!I')

function passOurs(chunks) {
  let frames = 0
  let sum = 0
  const decoder = framing.decoder()
  const look = (bytes, start, end) => {
    frames++
    sum += bytes[start] + bytes[end - 1]
  }
  for (const chunk of chunks) {
    decoder.write(chunk)
    decoder.readAll(look)
  }
  return frames + sum
}

/** As a session reads, which may stop between two frames. */
function passOneByOne(chunks) {
  let frames = 0
  let sum = 0
  const decoder = framing.decoder()
  for (const chunk of chunks) {
    decoder.write(chunk)
    while (decoder.read()) {
      frames++
      sum += decoder.bytes[decoder.start] + decoder.bytes[decoder.end - 1]
    }
  }
  return frames + sum
}

const passes = { hand: passByHand(HandSplitter), twin: passByHand(Twin), ours: passOurs, oneByOne: passOneByOne }
const order = ['hand', 'ours', 'oneByOne', 'twin']
const results = {}
for (const [name, size] of Object.entries(SIZES)) {
  const { chunks, frames } = chunksOf(size)
  const rates = { hand: [], twin: [], ours: [], oneByOne: [] }
  for (let turn = -3; turn < TURNS; turn++)
    for (const who of turn % 2 ? order : order.toReversed()) {
      const began = usedMs()
      let passesDone = 0
      do {
        // A frame counts 1 and twice its filling of 7.
        if (passes[who](chunks) !== frames * 15) throw new Error(`${who} lost frames of ${name}`)
        passesDone++
      } while (usedMs() - began < TURN_MS)
      if (turn >= 0) rates[who].push((frames * passesDone) / ((usedMs() - began) / 1e3))
    }
  results[name] = Object.fromEntries(Object.entries(rates).map(([who, list]) => [who, median(list)]))
}
console.log(JSON.stringify(results))
