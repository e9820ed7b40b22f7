/**
 * What a codec makes of a value while a definition is being made: without generated code, as nobody has said yet whether
 * that is allowed.
 */
import { Output } from '../bytes/index.js'
import { badDefinition } from './errors.js'
import type { Node } from './node.js'
import { messageOf } from './reader.js'
import { finish, Writer } from './writer.js'

/** The bytes of `value`, with numbers in the order that `mode` says. @throws {CodecError} as encoding does */
export function written(node: Node, value: unknown, mode = 0): Uint8Array {
  const w = new Writer(new Output(), undefined, mode)
  w.path = ''
  node.write(w, value)
  finish(w)
  return w.out.copy(0)
}

/** @throws {CodecError} `BAD_DEFINITION` when `node` does not take `value`, which stands for `name`. */
export function checkTaken(node: Node, value: unknown, name: string): void {
  // What depends on more than itself shows what it takes in a message only.
  if (node.uses.length > 0) return
  try {
    written(node, value)
  } catch (cause) {
    throw badDefinition(`${name}: ${messageOf(cause)}`)
  }
}
