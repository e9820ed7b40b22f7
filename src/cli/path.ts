/** `samples[3].hz`: where a value is in a body, as decoded fields and errors write it. */
import { usageError } from './exit.js'

export type Step = string | number

/** Of a field in a message: its name stands first. @throws {CommandError} exit code 2 */
export function parsePath(text: string): readonly Step[] {
  const steps = stepsOf(text)
  if (typeof steps[0] === 'string') return steps
  throw usageError(`'${text}' is no path to a field: write name, at.floor or samples[3].hz`)
}

/** Empty when the text is no path. */
function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = []
  for (const [part, index, dotted] of text.matchAll(/\[(\d{1,6})\]|\.?([^.[\]]+)|./gs)) {
    if (index !== undefined) steps.push(Number(index))
    else if (dotted !== undefined && (part.startsWith('.') ? steps.length > 0 : steps.length === 0)) steps.push(dotted)
    else steps.length = 0
    if (steps.length === 0) break
  }
  return steps
}

/** What is there, or undefined. */
export function getAt(root: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>((here, step) => (here as Record<Step, unknown> | null | undefined)?.[step], root)
}

/** Puts `value` in the place of the one at `path`, which may begin with an index; false when there is none. */
export function replaceAt(root: unknown, path: string, value: unknown): boolean {
  const steps = stepsOf(path)
  const home = getAt(root, steps.slice(0, -1)) as Record<Step, unknown> | null | undefined
  const last = steps.at(-1)
  if (last === undefined || typeof home !== 'object' || home === null || !Object.hasOwn(home, last)) return false
  home[last] = value
  return true
}

/** Puts `value` there, with the objects and arrays that it takes; a second value at the same place makes a list of both. */
export function setAt(root: Record<Step, unknown>, steps: readonly Step[], value: unknown): void {
  let here: Record<Step, unknown> = root
  steps.forEach((step, i) => {
    const next = steps[i + 1]
    const there = Object.hasOwn(here, step) ? here[step] : undefined
    if (next === undefined) {
      here[step] = there === undefined ? value : [...(Array.isArray(there) ? there : [there]), value]
      return
    }
    if (there !== undefined && !isMade(there))
      throw usageError(`${String(step)} is given as a value, and then field by field: one of them`)
    if (there === undefined) here[step] = typeof next === 'number' ? [] : Object.create(null)
    here = here[step] as Record<Step, unknown>
  })
}

/** Whether it is one of the objects and arrays made here, and nothing that was given. */
function isMade(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null)
}
