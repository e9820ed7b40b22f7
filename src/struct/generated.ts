/**
 * The engine that writes its own code: one straight line per layout.
 *
 *   '!If'     get(b,o){return[(b[o+3]<<0|b[o+2]<<8|b[o+1]<<16|b[o+0]<<24)<<0>>>0,($w[0]=…,$f[0])]}
 *
 * Into the text go numbers, our own words, and names in quotes; nothing else of a format or a schema.
 */
import { generate, quote } from '../bytes/index.js'
import { checkCount, type Engine, type Plan, place } from './engine.js'
import { type Slot, slotsOf } from './format.js'
import { bytesOf, checkObject, coerce, elementOf, putBytes, readBytes, zero } from './values.js'

/** Bytes fields up to this length are copied byte by byte, without a call. */
const MOST_BY_HAND = 8

export function generated({ size, groups, padded, names, views = false }: Plan): Engine {
  const slots = slotsOf(groups)
  const each = (text: (slot: Slot, index: number) => string) => slots.map(text).join('')
  const name = (index: number) => (names ? quote(names[index]!) : index)

  // Writes `v0`, `v1`, … (out of the tuple or object `t`) into `b` from `o` on, or in a view `w` of it.
  const count = names ? 1 : slots.length
  const parameters = names ? 't' : slots.map((_, i) => `v${i}`).join()
  const taken = each((_, i) => `let v${i}=t[${name(i)}];`)
  const ofObject = names ? `checkObject(t);${taken}` : ''
  const ofTuple = ofObject || `checkCount('pack',${count},t?.length);${taken}`
  const zeros = `zero(b,o,o+${size});`
  const write = each((slot, i) => put(slot, i, false))

  // Reads out of `b` from `o` on.
  const reads = slots.map((slot, i) => get(slot, i, views))
  const copies = reads.map(([before]) => before).join('')
  const values = reads.map(([, value]) => value)
  const whole = names ? `({${values.map((value, i) => `${name(i)}:${value}`)}})` : `[${values}]`
  const rows = (count: string) => `for(let i=0,o=0,n=${count};i<n;i++,o+=${size}){`
  const all = rows(`b.length/${size}`)

  return generate(
    `return{slots,pack(${parameters}){checkCount('pack',${count},arguments.length);` +
      `const b=new Uint8Array(${size}),o=0;${ofObject}${write}return b},` +
      `packInto(b,o,${parameters}){checkCount('packInto',${count},arguments.length-2);` +
      `b=bytesOf(b);o=place('packInto',b.length,o,${size});` +
      `${zeros}${ofObject}${write}},` +
      `put(b,o,t){${ofTuple}${padded ? zeros : ''}${write}},` +
      `putAll(b,a){const w=new DataView(b.buffer);` +
      `${rows('a.length')}const t=a[i];${ofTuple}${each((slot, i) => put(slot, i, true))}}},` +
      `get(b,o){${copies}return ${whole}},` +
      `each(b,f){${all}${copies}f(${whole},i)}},` +
      `fill(b,[${slots.map((_, i) => `c${i}`)}]){${all}${copies}${each((_, i) => `c${i}[i]=${values[i]};`)}}}}`,
    { slots, checkCount, bytesOf, place, coerce, putBytes, readBytes, zero, checkObject },
  ) as Engine
}

/** Statements that check and write the value called `v<index>`. */
function put({ number, code, size, at }: Slot, index: number, view: boolean): string {
  const value = `v${index}`
  const itself = `slots[${index}],${index},${value}`
  if (number)
    return (
      `if(!(${number.fitsSource(value)}))${value}=coerce(${itself});` +
      // A DataView writes more than a byte faster than shifts do; bigints it does not, and halves it does not know.
      (view && size > 1 && !number.big && code !== 'e'
        ? `w.set${elementOf(number)}(o+${at},${value},${number.step > 0});`
        : number.writeSource('b', 'o', at, value))
    )
  const any = `putBytes(b,o,${itself});`
  if (code === 'p' || size > MOST_BY_HAND) return any
  // What most programs give to a short field: just as many bytes.
  const bytes = Array.from({ length: size }, (_, i) => `b[o+${at + i}]=${value}[${i}];`)
  return `if(${value} instanceof Uint8Array&&${value}.length===${size}){${bytes.join('')}}else ${any}`
}

/** Statements that come first, and an expression for the value. */
function get({ number, code, size, at }: Slot, index: number, views: boolean): [before: string, value: string] {
  if (number) return ['', number.readSource('b', 'o', at)]
  if (views || code === 'p' || size > MOST_BY_HAND) return ['', `readBytes(b,o,slots[${index}],${views})`]
  const value = `s${index}`
  const bytes = Array.from({ length: size }, (_, i) => `${value}[${i}]=b[o+${at + i}];`)
  return [`const ${value}=new Uint8Array(${size});${bytes.join('')}`, value]
}
