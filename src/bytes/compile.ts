/**
 * Code made at run time: whether it is allowed here, and how it is made.
 *
 * A Content Security Policy without `unsafe-eval`, some edge runtimes and `node --disallow-code-generation-from-strings`
 * forbid it. Whoever generates code has another way to do the same, and asks {@link canGenerate} at first use.
 */
import { SCRATCH } from './machine-numbers.js'

/**
 * How formats and records are executed. Both ways give the same results and errors.
 *
 * - `'auto'`: generated code where the runtime allows it, which is tried once, at the first use of a format or record
 *   (under a Content Security Policy that one try is reported to the policy's `report-uri`)
 * - `'generate'`: generated code, without a try; using the format or record throws `EvalError` where that is forbidden
 * - `'interpret'`: closures or a loop; nothing is generated and nothing tried
 */
export type Execution = 'auto' | 'generate' | 'interpret'

// A fact about the runtime that cannot change while the program runs.
let allowed: boolean | undefined

/** Whether to generate code. Tries it at most once in the life of the program, and never unless `execution` is `'auto'`. */
export function canGenerate(execution: Execution = 'auto'): boolean {
  if (execution !== 'auto') return execution === 'generate'
  try {
    allowed ??= new Function('return true')() === true
  } catch {
    allowed = false
  }
  return allowed
}

/**
 * Runs `source` as the body of a strict function that sees the {@link SCRATCH} and the names in `scope`, and returns what
 * it returns. `source` and the names in `scope` must consist of the generator's own words, numbers, and texts that went
 * through {@link quote}.
 *
 * @example
 * const add = generate('return (a, b) => a + b + offset', { offset: 1 }) as (a: number, b: number) => number
 * add(2, 3)   // 6
 */
export function generate(source: string, scope: Readonly<Record<string, unknown>> = {}): unknown {
  const all = { ...SCRATCH, ...scope }
  return new Function(...Object.keys(all), `'use strict';${source}`)(...Object.values(all))
}

/** A text as a literal in generated source: the only way in which a name out of a schema may get there. */
export function quote(text: string): string {
  return JSON.stringify(text)
}
