/**
 * The engine that writes its own code: one straight line per layout.
 *
 *   '!I2sf'     unpack:   return [(b[o]<<24|b[o+1]<<16|b[o+2]<<8|b[o+3])>>>0, copyOf(b,o+4,2), ($w[0]=…,$f[0])]
 *
 * Into the text go numbers, our own words, and names in quotes; nothing else of a format or a schema.
 */
import { generate, quote } from '../bytes/index.js'
import { type Filler, type Plan, place, type Reader, type Writer, wrongCount } from './engine.js'
import type { Item } from './format.js'
import { bytesOf, coerce, copyOf, pascalLength, putBytes, viewOf, zero } from './values.js'

/** More values than this are better looped over: V8 leaves very long functions unoptimised. */
export const LONGEST_LINE = 64

export function writer({ layout, names }: Plan): Writer {
  const { items, gaps, size, count } = layout
  const values = items.flatMap((item, i) =>
    Array.from({ length: item.count }, (_, k) => ({ item, i, index: item.index + k, at: item.at + k * item.size })),
  )
  const body = (at: string) =>
    values.map(({ item, i, index, at: plus }) => put(item, `items[${i}]`, index, at, plus)).join('')
  const zeros = gaps
    .map(([from, to]) =>
      to - from > 8
        ? `zero(b,o+${from},o+${to});`
        : Array.from({ length: to - from }, (_, k) => `b[o+${from + k}]=0;`).join(''),
    )
    .join('')
  const parameters = names ? 't' : values.map(({ index }) => `v${index}`).join(',')
  const given = names ? 1 : count
  const fromTuple = values.map(({ index }) => `const v${index}=t[${names ? quote(names[index]!) : index}];`)
  const taken = fromTuple.join('').replaceAll('const', 'let')
  const open = names ? taken : ''
  return generate(
    `return{pack(${parameters}){if(arguments.length!==${given})wrongCount('pack',${given},arguments.length);` +
      `const b=new Uint8Array(${size});${open}${body('0')}return b},` +
      `packInto(b,o${parameters && ','}${parameters}){` +
      `if(arguments.length!==${given + 2})wrongCount('packInto',${given},arguments.length-2);` +
      `b=bytesOf(b);o=place('packInto',b.length,o,${size});${open}${zeros}${body('o')}},` +
      `put(b,o,t){${names ? '' : `if(t.length!==${count})wrongCount('pack',${count},t.length);`}${taken}${zeros}${body('o')}}}`,
    { items, wrongCount, bytesOf, place, coerce, putBytes, zero },
  ) as Writer
}

/** Statements that check and write the value called `v<index>`. */
function put(item: Item, itemSource: string, index: number, at: string, plus: number): string {
  const { scalar, code, lenient } = item
  const value = `v${index}`
  if (!scalar) return `putBytes(b,${at}+${plus},${itemSource},${index},${value});`
  const write = scalar.writeSource('b', at, plus, value)
  if (scalar.name === 'bool') return write
  const fits = lenient && code === 'f' ? `typeof ${value}==='number'` : scalar.fitsSource(value)
  return `if(!(${fits}))${value}=coerce(${itemSource},${index},${value});${write}`
}

export function reader({ layout, names, views }: Plan): Reader {
  const values = expressions(layout.items, views)
  const list = values.map((value, i) => (names ? `${quote(names[i]!)}:${value}` : value)).join(',')
  return generate(`return(b,o)=>${names ? `({${list}})` : `[${list}]`}`, {
    ...{ copyOf, viewOf, pascalLength },
  }) as Reader
}

export function filler({ layout, views }: Plan): Filler {
  const values = expressions(layout.items, views)
  const columns = values.map((_, i) => `c${i}=c[${i}]`)
  return generate(
    `return(b,o,n,c)=>{${columns.length ? `const ${columns.join(',')};` : ''}` +
      `for(let i=0;i<n;i++,o+=${layout.size}){${values.map((value, i) => `c${i}[i]=${value};`).join('')}}}`,
    { copyOf, viewOf, pascalLength },
  ) as Filler
}

function expressions(items: readonly Item[], views: boolean): string[] {
  const bytes = views ? 'viewOf' : 'copyOf'
  return items.flatMap(({ scalar, code, size, count, at }) =>
    Array.from({ length: count }, (_, k) => {
      const plus = at + k * size
      if (scalar) return scalar.readSource('b', 'o', plus)
      return code === 'p'
        ? `${bytes}(b,o+${plus + 1},pascalLength(b,o+${plus},${size}))`
        : `${bytes}(b,o+${plus},${size})`
    }),
  )
}
