/** Names that properties of decoded objects cannot have: who reads them by a name from outside would get a prototype. */
import { badDefinition } from './errors.js'

const REFUSED = new Set(['__proto__', 'prototype', 'constructor'])

/** @throws {CodecError} `BAD_DEFINITION` when no `what` can be called `name`. */
export function checkName(name: string, what: string): void {
  if (REFUSED.has(name)) throw badDefinition(`no ${what} can be called ${name}`)
}
