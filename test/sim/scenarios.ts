/** What may be going on in a world: a seed picks one. */
import { door } from './door.js'
import { guarded } from './guarded.js'
import { messages } from './messages.js'
import { datagrams } from './packets.js'
import { callbacks, inOrder, numbered } from './requests.js'
import type { Scenario } from './world.js'

export const SCENARIOS: readonly Scenario[] = [
  inOrder,
  inOrder,
  numbered,
  numbered,
  callbacks,
  messages,
  guarded,
  door,
  datagrams,
]
