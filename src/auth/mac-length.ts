/** How long an HMAC is: as long as what its digest gives (RFC 2104 section 2, FIPS 180-4, FIPS 202, RFC 1321). */
import type { Digest } from '../env.js'

/** Bytes of an HMAC, by digest. */
export const MAC_LENGTH: Readonly<Record<Digest, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
  'sha3-384': 48,
}

/** Digests that are offered for the sake of old programs only. */
export const OLD_DIGESTS: ReadonlySet<Digest> = new Set(['md5', 'sha1'])
