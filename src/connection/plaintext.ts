/** Authentication that is not tied to what follows it, on a wire that anybody in between can read and take over. */
import type { Authentication } from '../auth/index.js'
import type { Env } from '../env.js'
import { UsageError } from '../errors.js'
import { type Address, isLoopback, showAddress } from '../transport/index.js'

/** What one has to say, in words, to use it all the same. */
export type PlaintextConsent = 'whoever is in between may read and take over'

/** A scheme that plain TCP does not protect was to be used beyond this machine. */
export class PlaintextError extends UsageError<'PLAINTEXT'> {
  constructor(scheme: string, address: Address) {
    super(
      'PLAINTEXT',
      `${scheme} over plain TCP at ${showAddress(address)} lets whoever is in between read and take over: use TLS, loopback, ` +
        "or say that it is meant, with plaintext: 'whoever is in between may read and take over'",
    )
  }
}

/** What was said already, wherever it is said: a program that connects a thousand times reads it once. */
const SAID = new WeakMap<Env, Set<string>>()

/** Says the scheme's warnings, each once, and refuses what nobody should do without knowing. @throws {PlaintextError} */
export function checkPlaintext(
  auth: Authentication | undefined,
  address: Address,
  consent: PlaintextConsent | undefined,
  env: Env,
): void {
  if (!auth) return
  const isPlain = address.transport === 'tcp' || address.transport === 'udp'
  const isHere = address.host === undefined || isLoopback(address.host) || address.host === 'localhost'
  if (isPlain && !isHere && !auth.plaintextSafe && consent === undefined) throw new PlaintextError(auth.name, address)
  const said = SAID.get(env) ?? new Set()
  SAID.set(env, said)
  for (const warning of auth.warnings) {
    if (!said.has(warning)) env.warn(warning)
    said.add(warning)
  }
}
