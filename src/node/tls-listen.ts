/**
 * The server's side of TLS.
 *
 *   TCP connection ──▶ PROXY header, where due ──▶ admit? ──▶ handshake ──▶ accept(link)         one deadline for all
 *                              not there │        no │             failed │
 *                              warning, dropped++    dropped++    failed(error), dropped++
 */
import type { Socket } from 'node:net'
import { createServer, type SecureContext, type TLSSocket } from 'node:tls'
import type { Env, Timer } from '../env.js'
import {
  type Address,
  type Link,
  type ListenOptions,
  type Proxies,
  ProxyHeaderError,
  showAddress,
  TransportError,
} from '../transport/index.js'
import { readHeaderOf } from './proxy-header.js'
import { transportError } from './socket-error.js'
import { SocketLink, tcpFacts } from './socket-link.js'
import { listenByTcp, type TcpListener, type TcpPlace } from './tcp-listen.js'
import {
  type Credentials,
  contextOptions,
  type Identity,
  type Pem,
  secureContext,
  type TlsRules,
} from './tls-credentials.js'
import { type AnyTlsOptions, DEFAULT_HANDSHAKE_TIMEOUT_MS } from './tls-options.js'
import { securityOf } from './tls-security.js'

/** Who listens. */
interface TlsListening extends ListenOptions {
  readonly env: Env
  readonly identity: Identity
  readonly clientCa: readonly Pem[] | undefined
  readonly accept: (link: Link) => void
}

/** A connection whose handshake is under way. */
interface Handshake {
  readonly tcp: Socket
  readonly peer: Address
  readonly timer: Timer
  /** When its time is over, and that of an authentication that follows. */
  readonly until: number
  isDone: boolean
  error: TransportError | undefined
}

/** @throws {TransportError} when the place cannot be had */
export async function listenByTls(at: TcpPlace, options: AnyTlsOptions, listening: TlsListening): Promise<TcpListener> {
  const { env, identity, clientCa, admit, failed, proxies, accept } = listening
  const { alpn, minVersion = 'TLSv1.2', ciphers, handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS } = options
  const rules: TlsRules = { ca: clientCa, minVersion, ciphers }
  const warn = (what: string, error: unknown): void =>
    env.warn(`${showAddress(at)}: ${what}: ${error instanceof Error ? error.message : String(error)}`)
  const identities = new WeakMap<TLSSocket, string>()
  /** By the four numbers of a TCP connection: Node does not tell which TCP socket a TLS socket lies on. */
  const handshakes = new Map<string, Handshake>()
  /** From load balancers, before they said for whom. */
  const arriving = new Set<Socket>()
  /** Whose TCP socket is closing right now; a TLS socket that goes with it has forgotten where it was. */
  let closing: Handshake | undefined
  let dropped = 0

  // Never listens itself: connections come to it when they have been admitted.
  const secure = createServer({
    ...contextOptions(identity.credentials, rules),
    requestCert: clientCa !== undefined,
    rejectUnauthorized: true,
    // Ours counts from the TCP connection on, whatever happens in between.
    handshakeTimeout: 0,
    ...(alpn && { ALPNProtocols: [...alpn] }),
    ...(options.sni && { SNICallback: contextByName(options.sni, rules, warn) }),
    ...(options.pskKey && { pskCallback: keyByIdentity(options.pskKey, identities, warn) }),
  })
  secure.on('error', (error) => warn('TLS', error))
  // Node destroys the socket itself, once it has told the peer why.
  secure.on('tlsClientError', (error, socket) => {
    const handshake = handshakes.get(ends(socket)) ?? closing
    if (!handshake) return
    // A certificate that is not accepted ends the handshake without an error of its own.
    const cause = socket.authorizationError ? Object.assign(error, { code: socket.authorizationError }) : error
    handshake.error ??= transportError('TLS handshake with', handshake.peer, cause)
  })
  secure.on('secureConnection', (socket) => {
    const key = ends(socket)
    const handshake = handshakes.get(key)
    if (!handshake) return void socket.destroy()
    handshakes.delete(key)
    handshake.isDone = true
    handshake.timer.cancel()
    const security = securityOf(socket, { isServer: true, pskIdentity: identities.get(socket) })
    const { peer, until: handshakeBy } = handshake
    const link = new SocketLink(socket, { ...tcpFacts(handshake.tcp, 'tls'), peer, security, handshakeBy })
    try {
      accept(link)
    } catch (error) {
      warn('a connection was not accepted', error)
      link.reset()
    }
  })

  const report = ({ error, peer }: Handshake): void => {
    try {
      failed?.(error ?? new TransportError('RESET', `TLS handshake with ${showAddress(peer)}: broken off`), peer)
    } catch (thrown) {
      warn('failed', thrown)
    }
  }

  const begin = (tcp: Socket, peer: Address, ms = handshakeTimeoutMs): void => {
    const key = ends(tcp)
    const handshake: Handshake = {
      tcp,
      peer,
      isDone: false,
      error: undefined,
      until: env.now() + ms,
      timer: env.timer(ms, () => {
        const text = `TLS handshake with ${showAddress(peer)}: not done within ${handshakeTimeoutMs} ms (handshakeTimeoutMs)`
        handshake.error = new TransportError('TIMED_OUT', text)
        tcp.destroy()
      }),
    }
    handshakes.set(key, handshake)
    tcp.once('close', () => {
      if (handshake.isDone) return
      // The same four numbers may be in use again.
      if (handshakes.get(key) === handshake) handshakes.delete(key)
      handshake.timer.cancel()
      dropped++
      closing = handshake
      process.nextTick(() => {
        closing = undefined
        report(handshake)
      })
    })
    secure.emit('connection', tcp)
  }

  /** From a load balancer: whoever it names is who comes. */
  const beginProxied = (tcp: Socket, proxy: Address, { enter, leave, failed }: Proxies): void => {
    const until = env.now() + handshakeTimeoutMs
    const refuse = (error?: ProxyHeaderError): void => {
      dropped++
      if (error) failed(error, proxy)
      tcp.resetAndDestroy()
    }
    if (!enter()) return refuse()
    const timer = env.timer(handshakeTimeoutMs, () =>
      refuse(new ProxyHeaderError(`no header within ${handshakeTimeoutMs} ms`)),
    )
    const arrived = (): void => {
      timer.cancel()
      if (arriving.delete(tcp)) leave()
    }
    arriving.add(tcp)
    tcp.once('close', arrived)
    readHeaderOf(tcp, {
      read: (source) => {
        arrived()
        const peer: Address = { ...(source ?? proxy), transport: at.transport }
        if (admit && !admit(peer)) refuse()
        else begin(tcp, peer, Math.max(0, until - env.now()))
      },
      failed: refuse,
    })
  }

  // From now on, and not only once it listens: credentials may be replaced meanwhile.
  identity.serve(secure, rules)
  // Not half-open until the handshake is done, so that a peer that leaves before is gone at once.
  const listener = await listenByTcp(at, options, {
    env,
    admit: (peer) => proxies?.has(peer) || !admit || admit(peer),
    halfOpen: false,
    arrived: (tcp, peer) => (proxies?.has(peer) ? beginProxied(tcp, peer, proxies) : begin(tcp, peer)),
  }).catch((error) => {
    identity.retire(secure)
    throw error
  })
  return {
    address: listener.address,
    get dropped() {
      return listener.dropped + dropped
    },
    close: () => {
      identity.retire(secure)
      for (const tcp of arriving) tcp.destroy()
      for (const handshake of handshakes.values()) {
        handshake.error ??= new TransportError(
          'ABORTED',
          `TLS handshake with ${showAddress(handshake.peer)}: the listener closed`,
        )
        handshake.tcp.destroy()
      }
      return listener.close()
    },
  }
}

type ServerOptions = NonNullable<Parameters<typeof createServer>[0]>

/** Node's question for a name, answered by ours. Credentials are parsed once for as long as the same object comes back. */
function contextByName(
  sni: NonNullable<AnyTlsOptions['sni']>,
  rules: TlsRules,
  warn: (what: string, error: unknown) => void,
): ServerOptions['SNICallback'] {
  const contexts = new WeakMap<Credentials, SecureContext>()
  const contextOf = (credentials: Credentials): SecureContext => {
    let context = contexts.get(credentials)
    if (!context) {
      context = secureContext(credentials, rules)
      contexts.set(credentials, context)
    }
    return context
  }
  return (name, done) => {
    // In a promise, so that neither a throw nor a rejection can get past.
    Promise.resolve(name)
      .then(sni)
      .then((credentials) => credentials && contextOf(credentials))
      .then(
        (context) => done(null, context),
        (error) => {
          warn('sni failed', error)
          done(error instanceof Error ? error : new Error(String(error)))
        },
      )
  }
}

/** Node's question for a key. An exception in there would leave through OpenSSL. */
function keyByIdentity(
  pskKey: NonNullable<AnyTlsOptions['pskKey']>,
  identities: WeakMap<TLSSocket, string>,
  warn: (what: string, error: unknown) => void,
): ServerOptions['pskCallback'] {
  return (socket, identity) => {
    try {
      const key = pskKey(identity)
      if (key === undefined) return null
      if (!(key instanceof Uint8Array) || key.length === 0) {
        // A promise is no key, and may still reject.
        Promise.resolve<unknown>(key).catch(() => {})
        throw new TypeError('it gave no key of at least one byte')
      }
      identities.set(socket, identity)
      return key
    } catch (error) {
      warn('pskKey failed', error)
      return null
    }
  }
}

function ends({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
