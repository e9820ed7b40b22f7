/**
 * What is wrong, and where: found by doing again, with an eye on the path, what has failed without.
 *
 * Nobody watches the path as long as all is well, as that would take several times as long.
 */
import { Output } from '../bytes/index.js'
import type { CodecContext } from '../codec.js'
import { CodecError, DecodeError } from './errors.js'
import type { Node } from './node.js'
import { bytesInWords, damage, MISS, messageOf, Reader, type Trace } from './reader.js'
import { finish, Writer } from './writer.js'

interface Traced {
  readonly root: Trace
  /** What was wrong, if anything was. */
  readonly error: unknown
}

/** Why encoding has failed. */
export function explain(node: Node, thrown: unknown, value: unknown, context: CodecContext | undefined): unknown {
  if (thrown instanceof CodecError) return thrown
  const w = new Writer(new Output(), context, 0)
  w.path = ''
  try {
    node.write(w, value)
    finish(w)
  } catch (again) {
    return again instanceof CodecError ? again : refused(again, w.path, w.out.length - w.base)
  }
  return thrown === MISS
    ? new CodecError('REFUSED', 'the value was refused once, and not when looked at again')
    : refused(thrown)
}

function refused(thrown: unknown, path?: string, offset?: number): CodecError {
  return new CodecError('REFUSED', messageOf(thrown), path, offset, { cause: thrown })
}

/** All that can be seen in the bytes; `whole` when nothing may be left over. */
export function traced(
  node: Node,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext | undefined,
  whole: boolean,
): Traced {
  const r = new Reader(bytes, start, end, context, 0)
  const root: Trace = { path: '', offset: 0, length: 0 }
  let error: unknown
  r.trace = root
  try {
    root.value = node.read(r)
    const { reached } = r
    root.length = reached - start
    if (whole && reached !== end)
      error = root.error = new DecodeError(
        'TRAILING_BYTES',
        `${bytesInWords(end - reached)} left over`,
        '',
        root.length,
      )
  } catch (thrown) {
    error = damage(r, root, thrown)
  }
  return { root, error }
}

/** Why decoding has failed. */
export function locate(
  node: Node,
  thrown: unknown,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext | undefined,
  whole: boolean,
): unknown {
  if (thrown instanceof CodecError) return thrown
  return (
    traced(node, bytes, start, end, context, whole).error ??
    new DecodeError('REFUSED', 'the bytes were refused once, and not when looked at again', '', 0, { cause: thrown })
  )
}
