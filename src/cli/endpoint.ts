/** Places as text: `tcp://host:port`, `tls://host:port`, `udp://host:port`, `unix:/path`. */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import type { Connectable, Listenable } from '../transport/index.js'
import { CommandError, EXIT, usageError } from './exit.js'
import { fileBytes } from './files.js'

/** What the text says. */
export type Place =
  | { readonly transport: 'tcp' | 'tls' | 'udp'; readonly host: string; readonly port: number }
  | { readonly transport: 'unix'; readonly path: string }

/** Files that TLS needs, by the flags that name them. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export function withTlsFlags(command: Command): Command {
  return command
    .option('--ca <file>', 'tls: whose certificates are accepted, in PEM')
    .option('--cert <file>', 'tls: our certificate, in PEM')
    .option('--key <file>', 'tls: its key, in PEM')
}

/** For commands that know a place already: another one instead. */
export function withPlaceFlags(command: Command): Command {
  return withTlsFlags(command.option('--at <endpoint>', 'instead of host and port: tls://host:port, unix:/path …'))
}

const NETWORK = /^(tcp|tls|udp):\/\/(?:\[([0-9a-f:.%\w]*)\]|([^:/?#[\]\s]*)):(\d{1,5})\/?$/i
const UNIX = /^unix:(?:\/\/)?(\/.*|[^/].*)$/s

/** @throws {CommandError} exit code 2, with what would be right */
export function parsePlace(text: string): Place {
  const [, scheme, six, name, digits] = NETWORK.exec(text) ?? []
  if (scheme !== undefined && Number(digits) <= 65535)
    return {
      transport: scheme.toLowerCase() as 'tcp',
      // Without a host it is this machine: being reachable by others is a decision.
      host: (six ?? name) || '127.0.0.1',
      port: Number(digits),
    }
  const [, path] = UNIX.exec(text) ?? []
  if (path !== undefined) return { transport: 'unix', path }
  throw usageError(`'${text}' is no endpoint: ${hint(text)}`)
}

function hint(text: string): string {
  if (/^[\w.-]+:\d+$/.test(text)) return `did you mean tcp://${text}?`
  if (/^\d{1,5}$/.test(text)) return `did you mean tcp://127.0.0.1:${text}?`
  if (/^https?:/i.test(text))
    return 'a page is what wirewright fetch takes; here it is tcp://host:port or tls://host:port'
  if (/^[./]/.test(text)) return `did you mean unix:${text}?`
  if (/^(tcp|tls|udp):\/\/[^:]+$/i.test(text)) return `the port is missing, as in ${text.replace(/\/$/, '')}:7000`
  if (/^(tcp|tls|udp):/i.test(text)) return 'write it as tcp://127.0.0.1:7000 or tcp://[::1]:7000, port 0 to 65535'
  return 'write tcp://host:port, tls://host:port, udp://host:port or unix:/path'
}

/** A place to connect to. */
export async function placeToConnect(
  place: Place,
  { ca, cert, key }: TlsFiles,
  timeoutMs?: number,
): Promise<Connectable> {
  const { tcp, tls, udp, unix } = await import('../node/index.js')
  const patience = timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs }
  if (place.transport === 'unix') return unix({ path: place.path, ...patience })
  const { transport, host, port } = place
  if (transport === 'udp') return udp({ host, port, ...patience })
  if (transport === 'tcp') return tcp({ host, port, ...patience })
  const shown =
    cert !== undefined && key !== undefined ? { cert: fileBytes('--cert', cert), key: fileBytes('--key', key) } : {}
  return tls({ host, port, ...patience, ...shown, ...(ca !== undefined && { ca: fileBytes('--ca', ca) }) })
}

/** A place to listen on. With `--ca`, TLS clients must show a certificate of that authority. */
export async function placeToListen(place: Place, { ca, cert, key }: TlsFiles): Promise<Listenable> {
  const { tcp, tls, udp, unix } = await import('../node/index.js')
  if (place.transport === 'unix') {
    const folder = dirname(place.path)
    if (!existsSync(folder))
      throw new CommandError(EXIT.connect, `cannot listen on ${place.path}: there is no directory '${folder}'`)
    return unix({ path: place.path })
  }
  const { transport, host, port } = place
  if (transport === 'udp') return udp({ host, port })
  if (transport === 'tcp') return tcp({ host, port })
  if (cert === undefined || key === undefined)
    throw usageError('listening on tls:// takes a certificate and its key: --cert cert.pem --key key.pem')
  return tls({
    ...{ host, port, cert: fileBytes('--cert', cert), key: fileBytes('--key', key) },
    ...(ca !== undefined && { clientCa: fileBytes('--ca', ca) }),
  })
}
