/** A handshake over datagrams has to be begun by the client: a server knows of nobody who has said nothing. */
import { type Authentication, AuthUsageError } from '../auth/index.js'
import type { Address } from '../transport/index.js'

/** Refuses a scheme that would wait for its time to run out. @throws {AuthUsageError} */
export function checkFirstWord(auth: Authentication | undefined, { transport }: Address): void {
  if (!auth || transport !== 'udp') return
  const client = auth.client()
  const waits = client.nextStep() === undefined && client.state === 'hearing' && client.takeOutput() === undefined
  if (!waits) return
  throw new AuthUsageError(
    'AUTH_OPTIONS',
    `in ${auth.name} the server speaks first, and over UDP it knows of nobody to speak to: use TCP or TLS, or a scheme in which the client begins`,
  )
}
