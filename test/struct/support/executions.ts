/** The two ways of executing a format, or the one that is left where code must not be generated (`npm run test:csp`). */
import type { StructOptions } from 'wirewright/struct'

type Execution = NonNullable<StructOptions['execution']>

function allowed(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}

export const generationAllowed: boolean = allowed()
export const EXECUTIONS: readonly Execution[] = generationAllowed ? ['generate', 'interpret'] : ['auto', 'interpret']
