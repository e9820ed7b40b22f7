/** Keys and certificates: checked when they are given, so that the mistake shows where it was made, and replaceable while serving. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions, type Server } from 'node:tls'
import { TransportUsageError } from '../transport/index.js'

/** PEM, as text or as the bytes of a file. */
export type Pem = string | Uint8Array

/** How an endpoint shows who it is. */
export interface Credentials {
  /** The private key. */
  key: Pem
  /** The certificate, followed by those of the authorities between it and the root. */
  cert: Pem
  /** What the key is encrypted with, if it is. */
  passphrase?: string
}

/** What OpenSSL takes besides. */
export interface TlsRules {
  readonly ca: readonly Pem[] | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly ciphers: string | undefined
}

/** The credentials of an endpoint now, and the servers that must hear of it when they change. */
export class Identity {
  readonly #servers = new Map<Server, TlsRules>()
  #credentials: Credentials | undefined

  /** @throws {TransportUsageError} when key and certificate are unreadable or do not belong together */
  constructor(credentials: Credentials | undefined) {
    if (credentials) checkCredentials(credentials)
    this.#credentials = credentials
  }

  get credentials(): Credentials | undefined {
    return this.#credentials
  }

  /** From here on every handshake uses these. @throws {TransportUsageError}, and then nothing has changed */
  replace(credentials: Credentials): void {
    checkCredentials(credentials)
    this.#credentials = credentials
    for (const [server, rules] of this.#servers) server.setSecureContext(contextOptions(credentials, rules))
  }

  serve(server: Server, rules: TlsRules): void {
    this.#servers.set(server, rules)
  }

  retire(server: Server): void {
    this.#servers.delete(server)
  }
}

/** As Node takes them. */
export function contextOptions(credentials: Credentials | undefined, rules: TlsRules): SecureContextOptions {
  const { ca, minVersion, ciphers } = rules
  return {
    ...(credentials && { key: pem(credentials.key), cert: pem(credentials.cert) }),
    ...(credentials?.passphrase !== undefined && { passphrase: credentials.passphrase }),
    ...(ca && { ca: ca.map(pem) }),
    ...(ciphers !== undefined && { ciphers }),
    minVersion,
  }
}

/** @throws {TransportUsageError} when it cannot be */
export function secureContext(credentials: Credentials | undefined, rules: TlsRules): SecureContext {
  try {
    return createSecureContext(contextOptions(credentials, rules))
  } catch (error) {
    throw unusable(error, credentials?.passphrase !== undefined)
  }
}

/** One authority or several. @throws {TransportUsageError} when there is no certificate in one: OpenSSL would trust nobody, silently */
export function authorities(ca: Pem | readonly Pem[] | undefined, option: string): readonly Pem[] | undefined {
  if (ca === undefined) return undefined
  const list = typeof ca === 'string' || ca instanceof Uint8Array ? [ca] : ca
  for (const one of list)
    try {
      new X509Certificate(pem(one))
    } catch (cause) {
      throw new TransportUsageError('BAD_CREDENTIALS', `\`${option}\` is no certificate in PEM`, { cause })
    }
  return list
}

function checkCredentials(credentials: Credentials): void {
  secureContext(credentials, { ca: undefined, minVersion: 'TLSv1.2', ciphers: undefined })
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', '`key` is not the private key of `cert`'],
  ['ERR_OSSL_PEM_NO_START_LINE', '`key` or `cert` is not PEM'],
  ['ERR_OSSL_UNSUPPORTED', '`key` is no private key that OpenSSL can read'],
  ['ERR_SSL_NO_CIPHER_MATCH', '`ciphers` names no cipher that OpenSSL knows'],
  ['ERR_SSL_EE_KEY_TOO_SMALL', 'the key is too short to be safe'],
  ['ERR_SSL_CA_MD_TOO_WEAK', 'the certificate is signed with a digest that is no longer safe'],
])

/** What OpenSSL says, by its version, of a key that stays shut. */
const LOCKED: ReadonlySet<string> = new Set([
  'ERR_OSSL_BAD_DECRYPT',
  'ERR_OSSL_EVP_BAD_DECRYPT',
  'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED',
  'ERR_MISSING_PASSPHRASE',
])

/** One wrong passphrase in 256 opens it to something that is no key. */
const OPENED_TO_NOTHING = 'ERR_OSSL_UNSUPPORTED'

function unusable(cause: unknown, hasPassphrase: boolean): TransportUsageError {
  const { code = '', message } = cause as { code?: string; message: string }
  const isLocked = LOCKED.has(code) || (hasPassphrase && code === OPENED_TO_NOTHING)
  const locked = hasPassphrase ? '`passphrase` does not open `key`' : '`key` is encrypted, and there is no `passphrase`'
  return new TransportUsageError(
    'BAD_CREDENTIALS',
    `${isLocked ? locked : (MEANINGS.get(code) ?? message)}${code && ` (${code})`}`,
    {
      cause,
    },
  )
}

function pem(text: Pem): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text)
}
