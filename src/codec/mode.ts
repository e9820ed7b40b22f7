/**
 * How a message is read or written at one place: a set of bits, so that it can be the index of what was made for it.
 *
 *   | generates | little |
 */

/** Numbers are little-endian unless they say otherwise. */
export const LITTLE = 1
/** Code is generated where that pays. */
export const GENERATES = 2

/** The same, in the order that `little` says. */
export function ordered(mode: number, little: boolean): number {
  return little ? mode | LITTLE : mode & ~LITTLE
}
