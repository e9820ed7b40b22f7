/** A web page over sockets of our own: undici speaks HTTP, our endpoints carry the bytes. */

import { finished, type Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, interceptors } from 'undici'
import { showText } from '../bytes/index.js'
import { placeToConnect } from './endpoint.js'
import { CommandError, EXIT, usageError } from './exit.js'
import { LinkStream } from './link-stream.js'

export interface DownloadOptions {
  readonly ca: string | undefined
  readonly timeoutMs: number
  readonly maxRedirects: number
  /** Bytes of the body, on the wire and at every stage of inflating it. */
  readonly maxSize: number
}

/** What came, before its body is read. */
export interface Page {
  /** `HTTP/1.0`, as the server said it. */
  readonly version: string
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** How many redirects were followed. */
  readonly redirects: number
  /** Bytes on the wire, when the server said how many. */
  readonly length: number | undefined
  /** Writes the body, inflated, and ends `target`. `progress` hears how many bytes have come over the wire. */
  save(target: Writable, progress?: (bytes: number) => void): Promise<void>
  close(): Promise<void>
}

/** @throws {CommandError} {@link TransportError} */
export async function download(address: string, options: DownloadOptions): Promise<Page> {
  const url = parseUrl(address)
  const { timeoutMs } = options
  const streams = new Set<LinkStream>()
  let latest: LinkStream | undefined
  const agent = new Agent({
    connect: (target, callback) => {
      connectTo(target, options).then(
        (stream) => {
          latest = stream
          streams.add(stream)
          stream.once('close', () => streams.delete(stream))
          callback(null, stream as never)
        },
        (error) => callback(error, null),
      )
    },
    // Ours has its own, with a better message.
    connectTimeout: 0,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    pipelining: 1,
  })
  // Undici's type wants every option of every interceptor.
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: options.maxRedirects }))
  try {
    const { statusCode, statusText, headers, body, context } = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'wirewright' },
      responseHeaders: 'raw',
      // Undici 7 does not bear the end of a stream while its parser waits, so it never waits: what nobody takes yet is left
      // on the wire.
      highWaterMark: Number.MAX_SAFE_INTEGER,
      // One page, one connection: `connection: close`, so that servers which end a body by closing do it at once.
      reset: true,
    } as Parameters<typeof dispatcher.request>[0])
    for (const stream of streams) stream.hold()
    const raw = pairs(headers as unknown as readonly (Buffer | string)[])
    const history = (context as { history?: readonly URL[] } | undefined)?.history ?? []
    const last = raw.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
    const length = last === undefined ? undefined : Number(last)
    if (length !== undefined && length > options.maxSize) throw tooLarge(options.maxSize)
    return {
      // Undici does not tell.
      version: latest!.first.subarray(0, 8).toString('latin1'),
      status: statusCode,
      statusText,
      headers: raw,
      // The first place is in it, too, once there was a second.
      redirects: Math.max(0, history.length - 1),
      length,
      save: (target, progress) => save(body, raw, target, progress),
      close: () => agent.destroy(),
    }
  } catch (error) {
    await agent.destroy()
    throw translated(error, options)
  }

  async function save(
    body: Readable,
    headers: Page['headers'],
    target: Writable,
    progress: (bytes: number) => void = () => {},
  ): Promise<void> {
    const { maxSize } = options
    const first = limited(maxSize, progress)
    body.on('data', (chunk) => {
      if (!first.write(chunk)) for (const stream of streams) stream.hold()
    })
    finished(body, { writable: false }, (error) => (error ? first.destroy(error) : first.end()))
    first.on('drain', release)
    release()
    try {
      const stages = inflaters(headers).flatMap((inflater) => [inflater, limited(maxSize)])
      await pipeline([first, ...stages, target])
    } catch (error) {
      throw translated(error, options)
    }
  }

  function release(): void {
    for (const stream of streams) stream.release()
  }
}

/** Passes on what comes, up to a limit: a small page may inflate to any size, once for each coding. */
function limited(maxSize: number, progress: (bytes: number) => void = () => {}): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      progress(bytes)
      if (bytes > maxSize) done(tooLarge(maxSize))
      else done(null, chunk)
    },
  })
}

function tooLarge(maxSize: number): CommandError {
  return new CommandError(EXIT.protocol, `the page is larger than ${maxSize} bytes: --max-size allows more`)
}

function parseUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  const isBare = /^[\w.-]+(:\d+)?(\/|$)/.test(address)
  throw usageError(`'${address}' is no http or https URL${isBare ? `: did you mean https://${address}?` : ''}`)
}

interface Target {
  readonly hostname: string
  readonly port?: string | null
  readonly protocol: string
}

async function connectTo(
  { hostname, port, protocol }: Target,
  { ca, timeoutMs }: DownloadOptions,
): Promise<LinkStream> {
  const secure = protocol === 'https:'
  const place = await placeToConnect(
    {
      transport: secure ? 'tls' : 'tcp',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || (secure ? 443 : 80)),
    },
    ca === undefined ? {} : { ca },
    timeoutMs,
  )
  return new LinkStream(await place.connect())
}

/** Names and values as they came, in that order. */
function pairs(raw: readonly (Buffer | string)[]): [string, string][] {
  const found: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([text(raw[i]!), text(raw[i + 1]!)])
  return found
}

function text(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('latin1')
}

/** RFC 9110 section 8.4: codings are listed in the order in which they were applied. */
function inflaters(headers: Page['headers']): Transform[] {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  return codings.reverse().map((coding) => {
    const make = INFLATERS.get(coding)
    if (!make)
      throw new CommandError(
        EXIT.protocol,
        `the server encodes the body as '${showText(coding)}', which it was not asked for`,
      )
    return make()
  })
}

const INFLATERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
])

/** What undici and zlib say, with the exit code that fits. What our own sockets say stays as it is. */
function translated(error: unknown, { timeoutMs }: DownloadOptions): unknown {
  const { code = '', message = String(error), name } = error as NodeJS.ErrnoException
  const said = showText(message)
  const as = (exit: number, what: string): CommandError => new CommandError(exit, what, { cause: error })
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return as(EXIT.timeout, `nothing came for ${timeoutMs} ms`)
  if (/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ERR_STREAM_PREMATURE_CLOSE)$/.test(code))
    return as(EXIT.closed, `the server closed the connection before the whole page had come (${said})`)
  if (/redirect loop/i.test(message)) return as(EXIT.protocol, 'the server redirects in a circle')
  if (name === 'HTTPParserError') return as(EXIT.protocol, `this is no HTTP: ${said}`)
  if (/^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code))
    return as(EXIT.protocol, `the body cannot be inflated: ${said} (${code})`)
  return code.startsWith('UND_ERR_') ? as(EXIT.protocol, `${said} (${code})`) : error
}
