/**
 * Words of the command line to the body of a message, by what its codec says of itself.
 *
 *   12345                              a struct without names: a word for each value
 *   sensor=7 at.floor=2 hz=440 hz=441  a record: fields by their paths; an array is its elements, one after the other
 *   Ada 36                             a record, too: a word for each field, in their order
 *   at:={"floor":2}                    one field as JSON
 *   '{"sensor":7,"hz":[440,441]}'      all of it as JSON
 *   hello                              any other body: its one value
 *
 * Bytes are text with \xNN, or 0x0102; in JSON, hexadecimal. Integers of any size may be strings there: what --json prints
 * can be given back.
 */
import type { Codec, Description } from '../codec.js'
import type { Framing } from '../framing/index.js'
import { struct } from '../struct/index.js'
import { usageError } from './exit.js'
import { encodeFilled } from './filled-in.js'
import type { MessageKind } from './guess.js'
import { getAt, parsePath, setAt } from './path.js'
import { tupleFromWords, valueFromWord } from './values.js'

/** A word as it was typed: JSON is told from it by its type. */
class Typed {
  readonly word: string
  constructor(word: string) {
    this.word = word
  }
}

/**
 * The body that `codec` encodes. The name of the message may stand in front, where nobody could take it for a value.
 *
 * @throws {CommandError} exit code 2, with the word that will not do
 */
export function bodyFromWords(codec: Codec<unknown, unknown>, given: readonly string[], message: string): unknown {
  const form = new Form(codec.describe())
  const words = given[0] === message && given.length > form.most ? given.slice(1) : given
  const json = words.length === 1 && form.takesJson && /^\s*[[{]/.test(words[0]!) ? parseJson(words[0]!) : undefined
  if (json) return form.value(json.value, '')
  if (form.hasFields) return form.value(form.inOrder(words) ?? fieldsFromWords(words, message), '')
  if (form.kind === 'struct') return tupleFromWords(codec, words)
  if (words.length === 1 || form.isList) return form.value(typed(words), '')
  throw usageError(`'${message}' is one value, and ${words.length} words are given: one is wanted`)
}

/**
 * The same, as the bytes that are sent in `framing`. What does not fit is refused now.
 *
 * @throws {CommandError} {@link UsageError} exit code 2
 */
export function encodeWords(
  { codec, name }: MessageKind,
  words: readonly string[],
  framing: Framing | undefined,
): { readonly body: unknown; readonly bytes: Uint8Array } {
  const body = bodyFromWords(codec, words, name)
  try {
    return { body, bytes: encodeFilled(codec, body, framing) }
  } catch (error) {
    const { path } = error as { path?: unknown }
    if (typeof path !== 'string' || path === '' || getAt(body, parsePath(path)) !== undefined) throw error
    throw usageError(`${path} is missing: write ${path}=value`, { cause: error })
  }
}

/** What may be written for a message, for the help. */
export function wordsFor(codec: Codec<unknown, unknown>): string {
  return new Form(codec.describe()).words
}

function typed(words: readonly string[]): unknown {
  const all = words.map((word) => new Typed(word))
  return all.length === 1 ? all[0] : all
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** `path=word` and `path:=JSON`, as an object of objects and arrays. */
function fieldsFromWords(words: readonly string[], message: string): unknown {
  const fields: Record<string, unknown> = Object.create(null)
  for (const word of words) {
    const [, path, colon, text] = /^([^=]*?)(:?)=(.*)$/s.exec(word) ?? []
    if (path === undefined)
      throw usageError(`'${word}' is no field of '${message}': write field=value, or all of it as JSON`)
    const json = colon ? parseJson(text!) : undefined
    if (colon && !json) throw usageError(`${path}:= takes JSON, and '${text}' is none`)
    setAt(fields, parsePath(path), json ? json.value : new Typed(text!))
  }
  return fields
}

/** What a description says about the values that its codec takes. */
class Form {
  readonly #description: Description
  /** Parts that occur again, by number. */
  readonly #numbered: ReadonlyMap<unknown, Description>

  constructor(description: Description, numbered: ReadonlyMap<unknown, Description> = numberedIn(description)) {
    let inner = description
    for (;;) {
      const next = inner.kind === 'again' ? numbered.get(inner.id) : SAME_VALUE.has(inner.kind) ? inner.of : undefined
      if (next === undefined) break
      inner = next as Description
    }
    this.#description = inner
    this.#numbered = numbered
  }

  get kind(): string {
    return this.#description.kind
  }
  /** Whether its values are objects, whose fields may be given one by one. */
  get hasFields(): boolean {
    return this.#fields() !== undefined || this.kind === 'union' || this.kind === 'map'
  }
  get isList(): boolean {
    return this.kind === 'array' || this.kind === 'bitArray'
  }
  /** Whether a word that looks like JSON is meant as such: as text it would be a value, too. */
  get takesJson(): boolean {
    return !TEXTS.has(this.kind) && this.kind !== 'bytes'
  }
  /** What a command line gives: `sensor=… label=…` for fields, `…` for each value. */
  get words(): string {
    const fields = this.#fields()
    if (fields) return Array.from(fields.keys(), (name) => `${name}=…`).join(' ')
    if (this.kind === 'union') return 'type=… value=…'
    if (this.kind === 'struct')
      return valuesOf(this.#description.format as string)
        .map(() => '…')
        .join(' ')
    return this.isList ? '… …' : '…'
  }
  /** How many words may be values and nothing else. */
  get most(): number {
    if (this.hasFields) return 0
    if (this.isList) return Number.POSITIVE_INFINITY
    return this.kind === 'struct' ? valuesOf(this.#description.format as string).length : 1
  }

  /** The value that `given` says: something {@link Typed}, a list of those, or JSON. `path` is where it is in the body. */
  value(given: unknown, path: string): unknown {
    if (given === null || given === undefined) return undefined
    const { kind } = this
    const fields = this.#fields()
    if (fields) return this.#record(fields, given, path)
    if (this.isList) return this.#list(given, path)
    if (kind === 'union') return this.#union(given, path)
    if (kind === 'map') return this.#map(given, path)
    if (kind === 'struct') return this.#tuple(given, path)
    if (Array.isArray(given) && given.some((item) => item instanceof Typed))
      throw usageError(`${path || 'the body'} is one value, and ${given.length} are given`)
    return given instanceof Typed ? this.#fromWord(given.word, path) : this.#fromJson(given, path)
  }

  /** A word for each field, when that is what they are and nothing else. */
  inOrder(words: readonly string[]): unknown {
    const names = Array.from(this.#fields()?.keys() ?? [])
    if (words.length !== names.length || words.some((word) => word.includes('='))) return undefined
    return Object.fromEntries(names.map((name, i) => [name, new Typed(words[i]!)]))
  }

  #inner(description: unknown): Form {
    return new Form(description as Description, this.#numbered)
  }

  /** The form of each field, by name; undefined when values have none. */
  #fields(): ReadonlyMap<string, Form> | undefined {
    const { kind, fields, names, widths, masks, of } = this.#description as Description & Record<string, any>
    const all = (names: readonly string[], form: (i: number) => Form): ReadonlyMap<string, Form> =>
      new Map(names.map((name, i) => [name, form(i)]))
    const firsts = (pairs: readonly [string, unknown][]): string[] => pairs.map(([name]) => name)
    switch (kind) {
      case 'record':
        return new Map(fields.map((field: { name: string; of: Description }) => [field.name, this.#inner(field.of)]))
      case 'bits':
        return all(firsts(widths), () => new Form({ kind: 'u64' }))
      case 'flags':
        return all(firsts(masks), () => new Form({ kind: 'bool' }))
      case 'named':
      case 'struct':
        return (
          names && all(names, (i) => new Form(sampleOf(kind === 'named' ? of.format : this.#description.format, i)))
        )
      default:
        return undefined
    }
  }

  #record(fields: ReadonlyMap<string, Form>, given: unknown, path: string): unknown {
    const values: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(objectAt(given, path))) {
      const field = fields.get(name)
      if (!field)
        throw usageError(
          `${path ? `${path} has` : 'there is'} no field ${name}: the fields are ${[...fields.keys()].join(', ')}`,
        )
      values[name] = field.value(item, join(path, name))
    }
    for (const [name, field] of fields) {
      if (Object.hasOwn(values, name)) continue
      // No element was given, and no flag set: that says it.
      if (field.isList || field.kind === 'map') values[name] = field.value([], join(path, name))
      if (this.kind === 'flags') values[name] = false
    }
    return values
  }

  #list(given: unknown, path: string): unknown {
    const items = Array.isArray(given) ? given : given instanceof Typed ? [given] : undefined
    if (!items) throw usageError(`${path || 'the body'} is a list`)
    const element = this.#inner(this.kind === 'bitArray' ? { kind: 'bool' } : this.#description.of)
    return Array.from(items, (item, i) => element.value(item, `${path}[${i}]`))
  }

  #union(given: unknown, path: string): unknown {
    const { type, value, ...others } = objectAt(given, path)
    const name = type instanceof Typed ? type.word : type
    const variants = this.#description.variants as readonly { name: string; of: Description }[]
    const of =
      name === 'otherwise' ? this.#description.otherwise : variants.find((variant) => variant.name === name)?.of
    if (of === undefined)
      throw usageError(`${join(path, 'type')} is one of ${variants.map(({ name }) => name).join(', ')}`)
    const tag = 'tag' in others ? { tag: new Form({ kind: 'u64' }).value(others.tag, join(path, 'tag')) } : {}
    return { type: name, ...tag, value: this.#inner(of).value(value ?? {}, join(path, 'value')) }
  }

  #map(given: unknown, path: string): unknown {
    const key = this.#inner(this.#description.key)
    const value = this.#inner(this.#description.value)
    const pairs = Array.isArray(given)
      ? (given as [unknown, unknown][])
      : Object.entries(objectAt(given, path)).map(([name, item]) => [new Typed(name), item] as const)
    return new Map(pairs.map(([k, v], i) => [key.value(k, `${path}[${i}]`), value.value(v, `${path}[${i}]`)]))
  }

  #tuple(given: unknown, path: string): unknown {
    const { format } = this.#description as { format?: string } & Description
    if (!Array.isArray(given)) throw usageError(`${path || 'the body'} is a list of the values of '${format}'`)
    return given.map((item, i) => new Form(sampleOf(format!, i)).value(item, `${path}[${i}]`))
  }

  #fromWord(word: string, path: string): unknown {
    const { kind } = this
    if (TEXTS.has(kind)) return word
    if (kind === 'transform') return (parseJson(word) ?? { value: word }).value
    if (kind === 'timestamp') return dateFrom(word, path)
    if (kind === 'bytes' && /^0x([0-9a-f]{2})*$/i.test(word)) return hexBytes(word)
    const sample = kind === 'bytes' ? NO_BYTES : kind === 'bool' ? false : 0
    return valueFromWord(sample, word, path || 'the body')
  }

  #fromJson(given: unknown, path: string): unknown {
    const { kind } = this
    if (kind === 'bytes') {
      if (Array.isArray(given)) return Uint8Array.from(given as number[])
      if (typeof given === 'string' && /^(0x)?([0-9a-f]{2})*$/i.test(given)) return hexBytes(given)
      throw usageError(`${path || 'the body'} is bytes: write them in JSON as hexadecimal, "0a0b"`)
    }
    if (kind === 'timestamp' && typeof given === 'string') return dateFrom(given, path)
    if (typeof given !== 'string' || TEXTS.has(kind) || kind === 'transform') return given
    return valueFromWord(kind === 'bool' ? false : 0, given, path || 'the body')
  }
}

function numberedIn(part: unknown, found: Map<unknown, Description> = new Map()): ReadonlyMap<unknown, Description> {
  if (typeof part !== 'object' || part === null) return found
  const { kind, id } = part as Description
  if (kind !== 'again' && id !== undefined) found.set(id, part as Description)
  for (const inner of Object.values(part)) numberedIn(inner, found)
  return found
}

/** What wraps a codec and leaves its values as they are. */
const SAME_VALUE: ReadonlySet<string> = new Set([
  ...['le', 'be', 'sized', 'at', 'backref', 'refine', 'checksum', 'constant', 'option', 'when', 'lazy'],
])
/** Values that are written as text. */
const TEXTS: ReadonlySet<string> = new Set(['string', 'uuid', 'ipv4', 'ipv6', 'enumeration'])
const NO_BYTES = new Uint8Array()

/** The kind of the value at `place` of a struct. */
function sampleOf(format: string, place: number): Description {
  const sample = valuesOf(format)[place]
  return { kind: sample instanceof Uint8Array ? 'bytes' : typeof sample === 'boolean' ? 'bool' : 'u64' }
}

/** What zero bytes unpack to, which tells how many values there are and of which types. */
function valuesOf(format: string): readonly unknown[] {
  const codec = struct(format)
  return codec.decode(new Uint8Array(codec.size)) as readonly unknown[]
}

function objectAt(given: unknown, path: string): Record<string, unknown> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !(given instanceof Typed))
    return given as Record<string, unknown>
  throw usageError(`${path || 'the body'} has fields: write ${path ? `${path}.field=value` : 'field=value'}, or JSON`)
}

function hexBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/^0x/i, ''), 'hex'))
}

function dateFrom(text: string, path: string): Date {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  throw usageError(`${path || 'the body'}: '${text}' is no time; one would be 2026-11-21T06:00:00Z`)
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
