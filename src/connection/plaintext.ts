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

/** What has been said, and where: a scheme is shared by any number of connections, and each world hears of it once. */
const warned = new WeakMap<Env, WeakSet<Authentication>>()

/** Says the scheme's warnings once, and refuses what nobody should do without knowing. @throws {PlaintextError} */
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
  const schemes = warned.get(env) ?? new WeakSet()
  warned.set(env, schemes)
  if (schemes.has(auth)) return
  schemes.add(auth)
  for (const warning of auth.warnings) env.warn(warning)
}
