/** What can be said about a TLS endpoint. What is said decides, by type, whether it listens, connects, or both. */
import type { Env } from '../env.js'
import type { Listenable } from '../transport/index.js'
import type { DialOptions } from './tcp-dial.js'
import type { AcceptOptions } from './tcp-listen.js'
import type { Credentials, Pem } from './tls-credentials.js'

/** See {@link TlsOptions.handshakeTimeoutMs}. */
export const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000

/** Where, and how; the same for both sides. */
export interface TlsOptions extends AcceptOptions, DialOptions {
  /** A name, or an address of IPv4 or IPv6. Loopback by default: being reachable by others is a decision. */
  host?: string
  /** 0 when listening: any free port, told by the listener's `endpoint`. */
  port: number
  /** The protocols spoken, best first (ALPN, RFC 7301). A client that offers others is refused. */
  alpn?: readonly string[]
  /** `TLSv1.2`: what every system of the last decade can do. With `TLSv1.3` nothing of the handshake but the names is readable. */
  minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** In OpenSSL's notation. Node's choice, unless a peer knows nothing better. */
  ciphers?: string
  /**
   * How long a handshake may take, from the TCP connection to its end, and that of an authentication after it included.
   * 10 s: progress does not prolong it.
   */
  handshakeTimeoutMs?: number
  /** Clock and timers. Those of Node, unless a test supplies its own. */
  env?: Env
}

/** What a server has that shows a certificate. */
export interface TlsCertificate extends Credentials {
  /** Whose client certificates are accepted. With this a client must show one (mTLS); without, none is asked for. */
  clientCa?: Pem | readonly Pem[]
  /**
   * The credentials for the name a client asks for, where one address serves several; undefined for `key` and `cert`. The
   * answer is kept for as long as the same object is returned. When this throws or rejects, that one handshake fails.
   */
  sni?: (serverName: string) => Credentials | undefined | Promise<Credentials | undefined>
  /** Keys by identity, in place of certificates or besides. See {@link TlsServerKeys}. */
  pskKey?: TlsServerKeys['pskKey']
}

/** What a server has that knows keys instead of having a certificate. */
export interface TlsServerKeys {
  /**
   * The key of a client by its identity; undefined when it is not known. Must answer at once: OpenSSL waits for nobody.
   * When this throws, the identity is not known. TLS-PSK is a matter of Node; Bun 1.4 and Deno 2.9 do not have it.
   */
  pskKey: (identity: string) => Uint8Array | undefined
}

/** Whom a client trusts because of a certificate. */
export interface TlsTrust {
  /** The authorities whose certificates are accepted; a self-signed certificate is its own. Those of Node otherwise. */
  ca?: Pem | readonly Pem[]
  /** The name that the server's certificate must be for, and that is asked for (SNI). `host` otherwise. */
  serverName?: string
}

/** Whom a client trusts because of a key that both know. */
export interface TlsClientKey {
  /** A name for the key, and the key: random bytes, 32 of them, not a password. */
  psk: { identity: string; key: Uint8Array }
}

/** An endpoint that can be listened on. */
export interface TlsListenable extends Listenable {
  /**
   * Shows this certificate from the next handshake on; connections that are open stay as they are.
   *
   * @throws {TransportUsageError} when key and certificate do not belong together; then the old ones stay
   * @example
   * ```js
   * const place = tls({ port: 8443, key: await readFile(keyFile), cert: await readFile(certFile) })
   * await server.listen(place)
   * process.on('SIGHUP', async () => place.replace({ key: await readFile(keyFile), cert: await readFile(certFile) }))
   * ```
   */
  replace(credentials: Credentials): void
}

/** What makes an endpoint one that listens. */
export type TlsServerSide = TlsCertificate | (TlsServerKeys & Partial<Credentials>)
/** What makes an endpoint that listens one that connects, too. */
export type TlsClientSide = (TlsTrust & { ca: Pem | readonly Pem[] }) | (TlsTrust & TlsClientKey)

/** Everything there is to say about either side. */
export type AnyTlsOptions = TlsOptions & Partial<TlsCertificate & TlsTrust & TlsClientKey>
