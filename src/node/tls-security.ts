/** What TLS vouches for on one connection, and the bytes by which a proof of identity is bound to it. */
import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ChannelBinding, Security } from '../transport/index.js'

/** What only the one who made the socket knows of it. */
export interface TlsRole {
  /** Undefined on a socket of the user's own. */
  readonly isServer?: boolean
  readonly pskIdentity?: string | undefined
}

export function securityOf(socket: TLSSocket, { isServer, pskIdentity }: TlsRole): Security {
  const peerCertificate = socket.getPeerX509Certificate?.()?.raw
  const { alpnProtocol } = socket
  // Node gives the name on both sides; false where there is none.
  const { servername } = socket as { servername?: string | false | null }
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    alpn: alpnProtocol || undefined,
    serverName: servername || undefined,
    peerCertificate,
    pskIdentity,
    channelBinding: (kind: ChannelBinding) => {
      if (kind === 'tls-exporter') return exporter(socket)
      if (socket.destroyed || isServer === undefined) return undefined
      const certificate = isServer ? socket.getX509Certificate?.()?.raw : peerCertificate
      return certificate && endPoint(certificate)
    },
  }
}

/** RFC 9266. In TLS 1.2 it needs the extended master secret, which Node does not show, so there it is left alone. */
function exporter(socket: TLSSocket): Uint8Array | undefined {
  if (socket.destroyed || socket.getProtocol() !== 'TLSv1.3' || typeof socket.exportKeyingMaterial !== 'function')
    return undefined
  return new Uint8Array(socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)))
}

/** The hash of the certificate, by the algorithm of its signature; MD5 and SHA-1 count as SHA-256 (RFC 5929 section 4.1). */
function endPoint(certificate: Uint8Array): Uint8Array | undefined {
  const digest = SIGNATURE_DIGESTS.get(Buffer.from(signatureAlgorithm(certificate)).toString('hex'))
  return digest === undefined ? undefined : new Uint8Array(createHash(digest).update(certificate).digest())
}

/** By the object identifier in DER. RSASSA-PSS carries its hash as a parameter, and Ed25519 has none: no binding for those. */
const SIGNATURE_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010104', 'sha256'], // md5WithRSAEncryption
  ['2a864886f70d010105', 'sha256'], // sha1WithRSAEncryption
  ['2a864886f70d01010b', 'sha256'], // sha256WithRSAEncryption
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d0401', 'sha256'], // ecdsa-with-SHA1
  ['2a8648ce3d040302', 'sha256'], // ecdsa-with-SHA256
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
])

/**
 *   Certificate ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm SEQUENCE { algorithm OBJECT IDENTIFIER, … }, … }
 *
 * OpenSSL has parsed these bytes before we see them, so every length is right.
 */
function signatureAlgorithm(der: Uint8Array): Uint8Array {
  const toBeSigned = contents(der, contents(der, 0).start)
  const algorithm = contents(der, toBeSigned.end)
  const identifier = contents(der, algorithm.start)
  return der.subarray(identifier.start, identifier.end)
}

/** Where the contents of the DER value at `at` lie. */
function contents(der: Uint8Array, at: number): { start: number; end: number } {
  const first = der[at + 1]!
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  let length = 0
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + der[at + 2 + i]!
  const start = at + 2 + (first & 0x7f)
  return { start, end: start + length }
}
