/** Names that properties of decoded objects cannot have. */
import { badDefinition } from './errors.js'

/** Who reads them by a name from outside would get a prototype. */
const REFUSED = new Set(['__proto__', 'prototype', 'constructor'])

/** @throws {CodecError} `BAD_DEFINITION` when no `what` can be called `name`. */
export function checkName(name: string, what: string): void {
  if (REFUSED.has(name)) throw badDefinition(`no ${what} can be called ${name}`)
  if (what === 'field' && /^(0|[1-9]\d*)$/.test(name))
    throw badDefinition(`field ${name}: JavaScript would move a number to the front`)
}
