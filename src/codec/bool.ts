/**
 * True or false in one byte.
 *
 *   | 00 |  false      | 01 |  true       anything else is damage
 */
import { Form } from './leaf.js'
import type { Schema } from './schema.js'

/** One byte, 1 for `true` and 0 for `false`. */
export const bool: Schema<boolean, boolean, 1> = /* @__PURE__ */ new Form(
  'bool',
  1,
  'a boolean',
  (bytes, at) => (bytes[at]! > 1 ? undefined : bytes[at] === 1),
  (value, target, at) => {
    target[at] = value ? 1 : 0
    return typeof value === 'boolean'
  },
)
