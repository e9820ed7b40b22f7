/**
 * True or false in one byte.
 *
 *   | 00 |  false      | 01 |  true       anything else is damage
 */
import type { Description } from '../codec.js'
import { Leaf } from './leaf.js'
import type { Schema } from './schema.js'

class Bool extends Leaf {
  readonly size = 1
  protected readonly what = 'a boolean'
  describe(): Description {
    return { kind: 'bool' }
  }
  protected get(bytes: Uint8Array, at: number): boolean | undefined {
    const value = bytes[at]!
    return value > 1 ? undefined : value === 1
  }
  protected put(value: unknown, target: Uint8Array, at: number): boolean {
    target[at] = value ? 1 : 0
    return typeof value === 'boolean'
  }
}

/** One byte, 1 for `true` and 0 for `false`. */
export const bool: Schema<boolean, boolean, 1> = /* @__PURE__ */ new Bool()
