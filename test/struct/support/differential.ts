/**
 * Random formats, values, buffers and offsets, put to a running python3 and to us. Everything follows from the seed.
 *
 *   node .build/test/struct/support/differential.js --cases 200000 --seed 7 --python /usr/bin/python3
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { inspect, parseArgs } from 'node:util'
import { Struct, StructError } from 'wirewright/struct'
import { codeOf, fromHex, fromWire, type PythonError, plain, toHex, toWire, type Wire } from './wire.js'

type Case =
  | ['pack', string, Wire[]]
  | ['unpack' | 'iterUnpack', string, string]
  | ['unpackFrom', string, string, number]
  | ['packInto', string, string, number, Wire[]]
  | ['calcsize', string]

export interface Report {
  readonly python: string
  readonly cases: number
  readonly refused: number
  readonly differences: string[]
}

/** xorshift32: small, and the same everywhere. */
class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed | 0 || 1
    for (let i = 0; i < 20; i++) this.below(2)
  }
  below(n: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return Math.floor(((x >>> 0) / 2 ** 32) * n)
  }
  pick<T>(list: ArrayLike<T>): T {
    return list[this.below(list.length)]!
  }
  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }
  bytes(length: number): Uint8Array {
    const edgy = this.chance(3)
    return Uint8Array.from({ length }, () => (edgy ? this.pick([0, 0, 1, 127, 128, 255, 255]) : this.below(256)))
  }
  bits(n: number): bigint {
    let value = 0n
    for (let i = 0; i < n; i++) value = value * 2n + BigInt(this.below(2))
    return value
  }
}

const INTEGERS = 'bBhHiIlLqQ'
function format(random: Random): string {
  let text = random.pick(['', '', '@', '=', '<', '>', '!'])
  const native = text === '' || text === '@'
  const codes = `xcbB?hHiIlLqQefdsp${native ? 'nNP' : random.chance(60) ? 'nNP' : ''}`
  const length = random.chance(10) ? random.below(24) : 1 + random.below(6)
  for (let i = 0; i < length; i++) {
    if (random.chance(8)) text += random.pick([' ', '\t', '\n', '  '])
    if (random.chance(3)) text += String(random.chance(8) ? random.below(300) : random.below(6))
    text += random.chance(300) ? random.pick([...'ZFD<>2 _']) : random.pick(codes)
  }
  // For a Pascal string without room CPython (3.13 too) writes one byte beyond it; the vectors say what we make of that.
  text = text.replace(/(?<!\d)0+p/g, '0s')
  return random.chance(400) ? `${text}3` : text
}

/** What goes into each place, by its code, mostly fitting. */
function values(random: Random, format: string): Wire[] {
  const list: Wire[] = []
  const native = !/^[=<>!]/.test(format)
  for (const [, digits, code] of format.matchAll(/(\d*)([a-zA-Z?])/g)) {
    if (code === 'x') continue
    const text = code === 's' || code === 'p'
    const count = text ? 1 : Number(digits || 1)
    for (let i = 0; i < count; i++) list.push(value(random, code!, Number(digits || 1), native))
  }
  if (random.chance(60)) list.pop()
  if (random.chance(60)) list.push({ i: '1' })
  return list
}

function value(random: Random, code: string, count: number, native: boolean): Wire {
  if (random.chance(150)) return random.pick<Wire>([null, { s: '61' }, { f: '3ff8000000000000' }, true, { i: '5' }])
  if (code === '?') return random.pick<Wire>([true, false, { i: '0' }, { i: '7' }, null, { f: '0000000000000000' }])
  if (code === 'c') return { s: toHex(random.bytes(random.chance(60) ? 2 : 1)) }
  if (code === 's' || code === 'p') return { s: toHex(random.bytes(random.below(count + 4))) }
  if ('efd'.includes(code)) return double(random, code)
  const bits = 'lLnNP'.includes(code) && native ? 64 : 8 * (2 ** Math.floor('bBhHiIqQ'.indexOf(code) / 2) || 4)
  const signed = INTEGERS.includes(code) ? code === code.toLowerCase() : code === 'n'
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n
  const high = low + (1n << BigInt(bits)) - 1n
  if (random.chance(40)) return { i: String(random.pick([low - 1n, high + 1n, -(1n << 70n), 1n << 64n, -1n])) }
  if (random.chance(6)) return { i: String(random.pick([low, high, 0n, 1n])) }
  const size = random.below(bits)
  const magnitude = random.bits(size)
  return { i: String(signed && random.chance(2) ? -magnitude : magnitude) }
}

function double(random: Random, code: string): Wire {
  if (random.chance(12)) return { i: String(random.bits(random.below(random.chance(6) ? 1100 : 60))) }
  if (random.chance(8)) {
    const any: Wire = { f: toHex(random.bytes(8)) }
    // JavaScript promises nothing about the payload of a NaN.
    return Number.isNaN(fromWire(any, false)) ? { f: '7ff8000000000000' } : any
  }
  // Near the limits of the code: a random fraction, sometimes cut to half-way between two neighbours.
  const [smallest, largest, fraction] =
    code === 'e' ? [-27, 17, 11] : code === 'f' ? [-152, 129, 24] : [-1074, 1023, 52]
  const exponent = smallest + random.below(largest - smallest)
  const mantissa = random.chance(2) ? Number(random.bits(fraction)) / 2 ** fraction : Number(random.bits(52)) / 2 ** 52
  const number = (1 + mantissa) * 2 ** exponent * (random.chance(2) ? -1 : 1)
  return toWire(number, true)
}

function draw(random: Random): Case {
  const text = format(random)
  let size = 0
  try {
    size = new Struct(text).size
  } catch (error) {
    if (!(error instanceof StructError)) throw error
    return ['calcsize', text]
  }
  // Counts that ran together, as in '299' and '12i': more arguments than a call can have.
  if (size > 50_000) return ['calcsize', text]
  const exactly = (times = 1) =>
    toHex(random.bytes(Math.max(0, size * times + (random.chance(12) ? random.below(5) - 2 : 0))))
  switch (random.below(8)) {
    case 0:
      return ['calcsize', text]
    case 1:
    case 2:
      return ['unpack', text, exactly()]
    case 3:
      return ['iterUnpack', text, exactly(random.below(4))]
    case 4: {
      const room = size + random.below(9)
      return ['unpackFrom', text, toHex(random.bytes(room)), random.below(2 * room + 4) - room - 2]
    }
    case 5: {
      const room = size + random.below(9)
      return ['packInto', text, toHex(random.bytes(room)), random.below(2 * room + 4) - room - 2, values(random, text)]
    }
    default:
      return ['pack', text, values(random, text)]
  }
}

/** The same question, asked here. Every other time without generated code. */
function ours(random: Random, [method, text, ...rest]: Case): unknown {
  try {
    const s = new Struct<unknown[], unknown[]>(text, undefined, {
      execution: random.chance(2) ? 'generate' : 'interpret',
    })
    const given = (wire: Wire[]) => wire.map((value) => fromWire(value, random.chance(2) && !/[efd]/.test(text)))
    switch (method) {
      case 'pack':
        return toHex(s.pack(...given(rest[0] as Wire[])))
      case 'unpack':
        return s.unpack(fromHex(rest[0] as string))
      case 'unpackFrom':
        return s.unpackFrom(fromHex(rest[0] as string), rest[1] as number)
      case 'iterUnpack':
        return [...s.iterUnpack(fromHex(rest[0] as string))].flat()
      case 'packInto': {
        const buffer = fromHex(rest[0] as string)
        try {
          s.packInto(buffer, rest[1] as number, ...given(rest[2] as Wire[]))
        } catch (error) {
          throw error instanceof StructError ? Object.assign(error, { left: toHex(buffer) }) : error
        }
        return toHex(buffer)
      }
      default:
        return s.size
    }
  } catch (error) {
    if (error instanceof StructError) return error
    throw error
  }
}

/** How ours differs from theirs, in words; undefined when it does not. Words of errors count from CPython 3.12 on. */
function difference(theirs: unknown, mine: unknown, words: boolean): string | undefined {
  if (mine instanceof StructError) {
    const error = theirs as PythonError
    if (typeof theirs !== 'object' || theirs === null || !('e' in theirs))
      return `we refuse (${mine.message}), they do not`
    if ((mine.code === 'FLOAT_OVERFLOW') !== (error.e === 'OverflowError')) return `${error.e} is ${mine.code} here`
    if (codeOf(error) !== mine.code) return `"${error.m}" is ${mine.code} here`
    const { left } = mine as { left?: string }
    if (left !== undefined && left !== error.left) return `${error.left} was left, and ${left} here`
    return words && error.m !== mine.message ? `"${error.m}" is "${mine.message}" here` : undefined
  }
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const wanted = (theirs as Wire[]).map(plain)
    const got = mine.map((value, i) => {
      const other = wanted[i]
      return toWire(value, typeof other === 'object' && other !== null && 'f' in other)
    })
    return JSON.stringify(got) === JSON.stringify(wanted)
      ? undefined
      : `${JSON.stringify(wanted)} is ${JSON.stringify(got)}`
  }
  return theirs === mine ? undefined : `${inspect(theirs)} is ${inspect(mine)} here`
}

/** Puts `cases` questions to the Python at `python` and to us. */
export async function compare(options: { cases: number; seed: number; python: string }): Promise<Report> {
  const server = fileURLToPath(new URL('../../../../test/struct/support/serve.py', import.meta.url))
  const child = spawn(options.python, ['-u', server], { stdio: ['pipe', 'pipe', 'inherit'] })
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${options.python} ended with ${code}`)))
  })
  failed.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await Promise.race([lines.next(), failed])).value as string)
  const differences: string[] = []
  let refused = 0
  try {
    const version: string = await next()
    const [major, minor] = version.split('.').map(Number) as [number, number]
    const words = major > 3 || minor >= 12
    const random = new Random(options.seed)
    for (let done = 0; done < options.cases; ) {
      const batch = Array.from({ length: Math.min(1000, options.cases - done) }, () => draw(random))
      child.stdin.write(`${JSON.stringify(batch)}\n`)
      const answers: unknown[] = await next()
      assert.equal(answers.length, batch.length)
      batch.forEach((question, i) => {
        const mine = ours(random, question)
        if (mine instanceof StructError) refused++
        const found = difference(answers[i], mine, words)
        if (found) differences.push(`${JSON.stringify(question).slice(0, 400)}: ${found.slice(0, 400)}`)
      })
      done += batch.length
    }
    return { python: version, cases: options.cases, refused, differences }
  } finally {
    child.removeAllListeners('exit')
    child.kill()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: given } = parseArgs({
    options: { cases: { type: 'string' }, seed: { type: 'string' }, python: { type: 'string' } },
  })
  const options = {
    cases: Number(given.cases ?? 20_000),
    seed: Number(given.seed ?? 1),
    python: given.python ?? 'python3',
  }
  const report = await compare(options)
  for (const line of report.differences.slice(0, 20)) console.log(line)
  console.log(
    `CPython ${report.python}: ${report.cases} cases from seed ${options.seed}, ${report.refused} of them refused; ${report.differences.length} differences`,
  )
  process.exitCode = report.differences.length ? 1 : 0
}
