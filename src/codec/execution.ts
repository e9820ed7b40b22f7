/** How a codec is executed: by generated code, or by closures where that is forbidden or not wanted. */
import type { Execution } from '../bytes/index.js'
import type { Codec, Description } from '../codec.js'
import { nodeOf } from './foreign.js'
import type { DerivesOf, InOf, OutOf, Schema, SizeOf } from './schema.js'
import type { Known } from './shape.js'
import { Wrapper } from './wrapper.js'

class Executed extends Wrapper {
  override readonly execution: Execution
  constructor(codec: Codec<any, any>, execution: Execution) {
    const inner = nodeOf(codec)
    super({ kind: 'executed' }, inner)
    this.execution = execution
  }
  override describeIn(known: Known): Description {
    return this.inner.describeIn(known)
  }
}

/**
 * The same codec, executed as told; what contains it decides for itself. Results and errors are the same in every way.
 *
 * @example
 * const Reading = withExecution(record({ sensor: u16 }), 'interpret')   // never generates code
 */
export function withExecution<C extends Codec<any, any>>(
  codec: C,
  execution: Execution,
): Schema<OutOf<C>, InOf<C>, SizeOf<C>, DerivesOf<C>> {
  return new Executed(codec, execution)
}
