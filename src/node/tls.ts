/** TLS over TCP: certificates on one side or both, or a key that both sides know. The server's side is in `tls-listen.ts`. */
import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import type { Env, Signal } from '../env.js'
import type { Connectable, Link, Listener, ListenOptions } from '../transport/index.js'
import { attempt } from './attempt.js'
import { nodeEnv } from './env.js'
import { transportError } from './socket-error.js'
import { SocketLink, tcpFacts } from './socket-link.js'
import { reachable } from './tcp.js'
import { dial } from './tcp-dial.js'
import type { TcpPlace } from './tcp-listen.js'
import { authorities, type Credentials, Identity, type Pem, secureContext } from './tls-credentials.js'
import { CERTIFICATE_INSTEAD_OF_KEY } from './tls-error.js'
import { listenByTls } from './tls-listen.js'
import {
  type AnyTlsOptions,
  DEFAULT_HANDSHAKE_TIMEOUT_MS,
  type TlsClientKey,
  type TlsClientSide,
  type TlsListenable,
  type TlsOptions,
  type TlsServerSide,
  type TlsTrust,
} from './tls-options.js'
import { securityOf } from './tls-security.js'

/**
 * A place on a TCP network where TLS is spoken. What it can be used for follows from what it has: with `key` and `cert`, or
 * with `pskKey`, it listens; with `ca` or `psk` it connects; with neither it connects to servers whose certificates are
 * signed by a public authority. A client that has `key` and `cert` besides shows them when it is asked (mTLS).
 *
 * There is no option that accepts any certificate: give a self-signed one as `ca`.
 *
 * @throws {TransportUsageError} when key and certificate are unreadable or do not belong together
 * @example
 * ```js
 * await server.listen(tls({ host: '0.0.0.0', port: 8443, key, cert }))
 * const client = await connect(sensors, tls({ host: 'sensors.example', port: 8443, ca: cert }))
 * ```
 */
export function tls(options: TlsOptions & TlsServerSide & TlsClientSide): TlsListenable & Connectable
export function tls(options: TlsOptions & TlsServerSide): TlsListenable
export function tls(options: TlsOptions & TlsTrust & Partial<TlsClientKey>): Connectable
export function tls(options: AnyTlsOptions): TlsListenable & Connectable {
  return new Tls(options)
}

class Tls implements TlsListenable, Connectable {
  readonly env: Env
  /** It comes before the handshake (section 2 of HAProxy's paper), so nobody behind it can read it. */
  readonly readsProxyHeader = true
  readonly address: TcpPlace
  readonly #options: AnyTlsOptions
  readonly #identity: Identity
  readonly #ca: readonly Pem[] | undefined
  readonly #clientCa: readonly Pem[] | undefined
  /** The context that belongs to the credentials beside it. */
  #client: { readonly credentials: Credentials | undefined; readonly context: SecureContext } | undefined

  /** Whether this is the way to a listener of ours: then its own certificate is as good as any authority's. */
  readonly #toOurselves: boolean

  /** `listening`: the identity of the listener that this endpoint leads to. */
  constructor(options: AnyTlsOptions, listening?: Identity) {
    const { key, cert, passphrase, host = '127.0.0.1', port } = options
    const credentials = key !== undefined && cert !== undefined ? { key, cert } : undefined
    this.#options = options
    this.#identity =
      listening ?? new Identity(credentials && passphrase !== undefined ? { ...credentials, passphrase } : credentials)
    this.#toOurselves = listening !== undefined
    this.#ca = authorities(options.ca, 'ca')
    this.#clientCa = authorities(options.clientCa, 'clientCa')
    this.env = options.env ?? nodeEnv
    this.address = { transport: 'tls', host, port }
  }

  replace(credentials: Credentials): void {
    this.#identity.replace(credentials)
  }

  async listen(accept: (link: Link) => void, { admit, failed, proxies }: ListenOptions = {}): Promise<Listener> {
    const listener = await listenByTls(this.address, this.#options, {
      env: this.env,
      identity: this.#identity,
      clientCa: this.#clientCa,
      admit,
      failed,
      proxies,
      accept,
    })
    const endpoint = new Tls({ ...this.#options, ...reachable(listener.address) }, this.#identity)
    return Object.assign(listener, { endpoint })
  }

  async connect({ signal }: { signal?: Signal } = {}): Promise<Link> {
    const { address, env } = this
    const secure = this.#connectionOptions()
    const tcp = await dial(address, this.#options, { env, signal })
    const { handshakeTimeoutMs: ms = DEFAULT_HANDSHAKE_TIMEOUT_MS } = this.#options
    const patience = { env, signal, ms, option: 'handshakeTimeoutMs', address }
    const handshakeBy = env.now() + ms
    // Then nothing begins that could put it away.
    if (signal?.aborted) tcp.destroy()
    return attempt<Link>(patience, ({ succeed, fail }) => {
      let socket: TLSSocket
      try {
        socket = tlsConnect({ ...secure, socket: tcp })
      } catch (error) {
        fail(transportError('cannot connect to', address, error))
        return () => tcp.destroy()
      }
      // Node fails a handshake by an 'error' after it began, so this one stays.
      socket.on('error', (error) => fail(transportError('cannot connect to', address, error)))
      socket.once('secureConnect', () => {
        const security = securityOf(socket, { isServer: false, pskIdentity: this.#options.psk?.identity })
        succeed(new SocketLink(socket, { ...tcpFacts(tcp, 'tls'), security, handshakeBy }))
      })
      return () => {
        socket.destroy()
        tcp.destroy()
      }
    })
  }

  #connectionOptions(): ConnectionOptions {
    const { psk, alpn, serverName } = this.#options
    const { host } = this.address
    const name = serverName ?? host
    return {
      secureContext: this.#clientContext(),
      host: name,
      // An address is no name that may be asked for (RFC 6066 section 3); the certificate is checked against it all the same.
      servername: isIP(name) ? '' : name,
      ...(alpn && { ALPNProtocols: [...alpn] }),
      ...(psk && {
        pskCallback: () => ({ identity: psk.identity, psk: psk.key }),
        checkServerIdentity: this.#ca ? checkIfShown : refuseCertificates,
      }),
    }
  }

  #clientContext(): SecureContext {
    const { credentials } = this.#identity
    if (this.#client?.credentials === credentials && this.#client) return this.#client.context
    const { minVersion = 'TLSv1.2', ciphers } = this.#options
    const own = this.#toOurselves && credentials ? [...rootCertificates, credentials.cert] : undefined
    const context = secureContext(credentials, { ca: this.#ca ?? own, minVersion, ciphers })
    this.#client = { credentials, context }
    return context
  }
}

/** For a client with a key and authorities: a certificate, if one is shown, is checked as ever. */
function checkIfShown(host: string, cert: Parameters<typeof checkServerIdentity>[1]): Error | undefined {
  return isShown(cert) ? checkServerIdentity(host, cert) : undefined
}

/** For a client with a key alone: whoever shows a certificate instead does not know the key, however public its authority. */
function refuseCertificates(_host: string, cert: Parameters<typeof checkServerIdentity>[1]): Error | undefined {
  if (!isShown(cert)) return undefined
  return Object.assign(new Error('a certificate where a key was agreed'), { code: CERTIFICATE_INSTEAD_OF_KEY })
}

/** Node gives null, or an object without anything in it, where there is no certificate. */
function isShown(cert: Parameters<typeof checkServerIdentity>[1] | null): boolean {
  return cert !== null && Object.keys(cert).length > 0
}
