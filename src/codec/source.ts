/**
 * Source text of a function that reads or writes values of fixed size, all in one straight line.
 *
 *   b[p + 3]     bytes and place when reading
 *   t[p + 3]     target and place when writing
 *
 * Only the generator's own words, numbers, names that it made itself (`v7`, `k3`) and texts that went through `quote` get
 * into the text. What has no source of its own, or would make the function too long to be optimised, is called.
 */
import { generate } from '../bytes/index.js'
import type { Node } from './node.js'
import { MISS } from './reader.js'

/** Beyond this many characters parts are called. */
const LONG = 20_000

export class Source {
  mode: number
  /** The name of a DataView of the target, while there is one: it writes more than a byte faster than shifts do. */
  view: string | undefined
  #body = ''
  #length = 0
  #names = 0
  readonly #outside: unknown[] = [MISS]

  constructor(mode: number) {
    this.mode = mode
  }

  line(text: string): void {
    this.#body += `${text}\n`
  }

  /** Keeps the value of an expression under a name that nothing else has. */
  let(expression: string): string {
    const name = `v${this.#names++}`
    this.line(`let ${name}=${expression};`)
    return name
  }

  /** A name for something from outside. */
  outside(value: unknown): string {
    let index = this.#outside.indexOf(value)
    if (index < 0) index = this.#outside.push(value) - 1
    return `k${index}`
  }

  /** Gives up when the condition holds; the search for what is wrong begins elsewhere. */
  missIf(condition: string): void {
    this.line(`if(${condition})throw k0;`)
  }

  /** An expression for the part at `p + plus`. */
  get(node: Node, plus: number): string {
    const text = this.#isLong() ? `${this.outside(node.raw(this.mode))}.get(b,p+${plus})` : node.getSource(this, plus)
    this.#length += text.length
    return text
  }

  /** Statements that write the part named `value` at `p + plus`. */
  put(node: Node, plus: number, value: string): void {
    if (this.#isLong()) this.line(`${this.outside(node.raw(this.mode))}.put(t,p+${plus},${value});`)
    else node.putSource(this, plus, value)
  }

  /** Calls what reads the part at `p`, and goes behind it. */
  read(node: Node): string {
    this.line('r.at=p;')
    const value = this.let(`${this.outside(node)}.read(r)`)
    this.line('p=r.at;')
    return value
  }

  #isLong(): boolean {
    return this.#length + this.#body.length > LONG
  }

  /** The function that `head` and all the statements make. */
  make(head: string): any {
    return generate(
      `return ${head}{\n${this.#body}}`,
      Object.fromEntries(this.#outside.map((value, i) => [`k${i}`, value])),
    )
  }
}

/** The function with this head whose statements `write` writes. */
export function compiled(mode: number, head: string, write: (source: Source) => void): any {
  const source = new Source(mode)
  write(source)
  return source.make(head)
}
