/**
 * The engine that writes its own code: one straight line per layout.
 *
 *   '!Ihf'     get:   return[(b[o]<<24|b[o+1]<<16|b[o+2]<<8|b[o+3])>>>0,(b[o+4]<<8|b[o+5])<<16>>16,($w[0]=…,$f[0])]
 *
 * Into the text go numbers, our own words, and names in quotes; nothing else of a format or a schema.
 */
import { generate, quote } from '../bytes/index.js'
import { type Plan, place, type Reader, type Writer, wrongCount } from './engine.js'
import type { Slot } from './format.js'
import { bytesOf, checkObject, coerce, copyOf, pascalLength, putBytes, viewOf, zero } from './values.js'

/** What a DataView calls the numbers that it writes faster than shifts do. */
const VIEWED: Readonly<Record<string, string>> = {
  ...{ i16: 'Int16', u16: 'Uint16', i32: 'Int32', u32: 'Uint32', f32: 'Float32', f64: 'Float64' },
}

/** Bytes fields up to this length are copied byte by byte, without a call. */
const MOST_BY_HAND = 8

export function writer({ slots, gaps, size, names }: Plan): Writer {
  const body = (at: string, view?: string) => slots.map((slot, i) => put(slot, i, at, view)).join('')
  const zeros = gaps.map(([from, to]) => `zero(b,o+${from},o+${to});`).join('')
  const values = slots.map((_, i) => `v${i}`)
  const parameters = names ? 't' : values.join(',')
  const given = names ? 1 : slots.length
  const taken =
    (names ? 'checkObject(t);' : `if(t?.length!==${given})wrongCount('pack',${given},t?.length);`) +
    values.map((value, i) => `let ${value}=t[${names ? quote(names[i]!) : i}];`).join('')
  const open = names ? taken : ''
  return generate(
    `return{pack(${parameters}){if(arguments.length!==${given})wrongCount('pack',${given},arguments.length);` +
      `const b=new Uint8Array(${size});${open}${body('0')}return b},` +
      `packInto(b,o${parameters && ','}${parameters}){` +
      `if(arguments.length!==${given + 2})wrongCount('packInto',${given},arguments.length-2);` +
      `if(!(b instanceof Uint8Array))b=bytesOf(b);` +
      `if(typeof o!=='number'||o>>>0!==o||b.length-o<${size})o=place('packInto',b.length,o,${size});` +
      `${open}${zeros}${body('o')}},` +
      `put(b,o,t){${taken}${zeros}${body('o')}},` +
      `putAll(b,a){const w=new DataView(b.buffer);` +
      `for(let i=0,o=0,n=a.length;i<n;i++,o+=${size}){const t=a[i];${taken}${body('o', 'w')}}}}`,
    { slots, wrongCount, bytesOf, place, coerce, putBytes, zero, checkObject },
  ) as Writer
}

/** Statements that check and write the value called `v<index>`; into a DataView when one is named and has a word for it. */
function put({ scalar, code, size, at: plus, lenient }: Slot, index: number, at: string, view?: string): string {
  const value = `v${index}`
  const itself = `slots[${index}],${index},${value}`
  if (!scalar) {
    const any = `putBytes(b,${at}+${plus},${itself});`
    if (code === 'p' || size > MOST_BY_HAND) return any
    // What most programs give to a short field: just as many bytes.
    const bytes = Array.from({ length: size }, (_, i) => `b[${at}+${plus + i}]=${value}[${i}];`)
    return `if(${value} instanceof Uint8Array&&${value}.length===${size}){${bytes.join('')}}else ${any}`
  }
  const method = view && VIEWED[scalar.name]
  const write = method
    ? `${view}.set${method}(${at}+${plus},${value},${scalar.littleEndian});`
    : scalar.writeSource('b', at, plus, value)
  if (code === '?') return write
  const fits = lenient && code === 'f' ? `typeof ${value}==='number'` : scalar.fitsSource(value)
  return `if(!(${fits}))${value}=coerce(${itself});${write}`
}

export function reader({ slots, size: stride, names, views }: Plan): Reader {
  let first = ''
  const values = slots.map(({ scalar, code, size, at }, i) => {
    if (scalar) return scalar.readSource('b', 'o', at)
    const bytes = views ? 'viewOf' : 'copyOf'
    if (code === 'p') return `${bytes}(b,o+${at + 1},pascalLength(b,o+${at},${size}))`
    if (views || size > MOST_BY_HAND) return `${bytes}(b,o+${at},${size})`
    first += `const s${i}=new Uint8Array(${size});`
    for (let k = 0; k < size; k++) first += `s${i}[${k}]=b[o+${at + k}];`
    return `s${i}`
  })
  const whole = names ? `({${values.map((value, i) => `${quote(names[i]!)}:${value}`)}})` : `[${values}]`
  const loop = `for(let i=0,o=0;i<n;i++,o+=${stride}){${first}`
  return generate(
    `return{get(b,o){${first}return ${whole}},each(b,n,f){${loop}f(${whole},i)}},` +
      `fill(b,n,c){${values.map((_, i) => `const c${i}=c[${i}];`).join('')}` +
      `${loop}${values.map((value, i) => `c${i}[i]=${value};`).join('')}}}}`,
    { copyOf, viewOf, pascalLength },
  ) as Reader
}
