/** Values that the user's own rules admit: the schemas of zod, valibot, arktype, … on top of what the bytes say. */
import type { Codec } from '../codec.js'
import { CodecError, DecodeError } from './errors.js'
import { nodeOf } from './foreign.js'
import { Mapped } from './mapped.js'
import type { Node } from './node.js'
import { join, MISS, type Reader } from './reader.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js'
import type { Writer } from './writer.js'

class Refined extends Mapped {
  readonly #ask: (value: unknown) => StandardResult<unknown>

  constructor(inner: Node, name: string | undefined, ask: (value: unknown) => StandardResult<unknown>) {
    super({ kind: 'refine', of: inner, name }, inner, {
      decode: (value) => {
        const answer = ask(value)
        return answer.issues ? MISS : answer.value
      },
      encode: (value) => (ask(value).issues ? MISS : value),
      what: 'admitted',
    })
    this.#ask = ask
  }
  override read(r: Reader): unknown {
    const answer = this.#ask(this.inner.read(r))
    if (!answer.issues) return answer.value
    if (!r.trace) throw MISS
    const [path, message] = firstOf(answer.issues, r.trace.path, (path) => {
      // Where the issue's own field lies, as far as there are fields on the way to it.
      r.trace = r.trace!.fields?.find((field) => field.path === path) ?? r.trace
    })
    throw new DecodeError('REFUSED', message, path, r.trace.offset, { cause: answer })
  }
  override write(w: Writer, value: unknown): void {
    const answer = this.#ask(value)
    if (!answer.issues) return this.inner.write(w, value)
    if (w.path === undefined) throw MISS
    const [path, message] = firstOf(answer.issues, w.path)
    throw new CodecError('REFUSED', message, path, w.out.length - w.base, { cause: answer })
  }
}

/** The path of the first issue, each step of which is shown to `step`, and what is to be said. */
function firstOf(
  [first, ...more]: readonly StandardIssue[],
  path: string,
  step?: (path: string) => void,
): [path: string, message: string] {
  for (const segment of first?.path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment
    path = join(path, typeof key === 'number' ? key : String(key))
    step?.(path)
  }
  return [path, `${first?.message ?? 'is not admitted'}${more.length > 0 ? ` (and ${more.length} more)` : ''}`]
}

/** What the field has to do with the schema that refines it. */
export interface RefineOptions {
  /** What the values are, for descriptions. */
  readonly name?: string
}

/** The schema's types, where it has any. */
type TypesOf<S extends StandardSchema<any, any>> = NonNullable<S['~standard']['types']>
/** Nothing more to ask of a schema that takes all that there may be; otherwise what no schema has, as what the compiler says. */
type Takes<S extends StandardSchema<any, any>, T> = [T] extends [TypesOf<S>['input']]
  ? unknown
  : { readonly 'the schema must take what the codec gives': T }

/**
 * Only those values of `codec` that `schema` admits, in both directions: any Standard Schema that answers at once and takes
 * at least what decoding gives. What it makes of them is what decoding then gives. Its first issue is the error, with
 * `REFUSED` for a code and the path into the value; its whole answer, `{ issues }`, is the `cause`.
 *
 * @example
 * const Even = refine(u8, evenNumber)   // evenNumber: a schema of zod, valibot, arktype, … or of your own
 */
export function refine<C extends Codec<any, any>, S extends StandardSchema<any, any>>(
  codec: C,
  schema: S & Takes<S, OutOf<C>>,
  { name }: RefineOptions = {},
): Schema<TypesOf<S>['output'], InOf<C>, SizeOf<C>, DerivesOf<C>> {
  return new Refined(nodeOf(codec), name, (value) => {
    const answer = schema['~standard'].validate(value)
    if (answer instanceof Promise) throw new TypeError('a schema that answers later cannot refine a codec')
    return answer
  })
}
