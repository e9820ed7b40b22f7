/** `wirewright send`: bytes to any endpoint, and what it answers. */
import type { Command } from 'commander'
import { command } from '../command.js'
import type { PeerFlags } from '../peer-flags.js'

interface SendFlags extends PeerFlags {
  readonly hex?: string
  readonly file?: string
}

export async function sendCommand(): Promise<Command> {
  const { withPeerFlags } = await import('../peer-flags.js')
  const send = command('send', [
    ['wirewright send tcp://127.0.0.1:9999 alice --count 1', 'sends text, prints one answer'],
    [
      "wirewright send tcp://127.0.0.1:65432 --hex 00003039 --framing 'lengthPrefix(!I)' --format '!i' --count 1",
      'a frame out, fields back',
    ],
    ["printf 'one\\ntwo\\n' | wirewright send udp://127.0.0.1:9999 - --count 2", 'a frame for every line'],
  ])
    .description(
      'Send bytes and print what comes back. Each word is one frame: text, with \\xNN for any byte. Without bytes it only listens. ' +
        'Without --count and --timeout our side is shut down after the last byte, and what comes is printed until the peer closes.',
    )
    .argument('<endpoint>', 'tcp://host:port, tls://host:port, udp://host:port, unix:/path')
    .argument('[text...]', 'a frame for each word; - for one frame for each line of standard input')
    .option('--hex <bytes>', 'one frame, in hexadecimal')
    .option('--file <file>', 'one frame, the bytes of a file')
  return withPeerFlags(send).action(run)
}

async function run(endpoint: string, words: readonly string[], flags: SendFlags): Promise<void> {
  const [
    { checkPlaintext },
    { showAddress },
    { authentication, consent },
    { Conversation },
    { parsePlace, placeToConnect },
    { CommandError, EXIT },
    { frameOf },
    { readGuess },
    { framingFor, timestamp },
    { printerFor },
    { endQuietly },
    { say },
    { milliseconds },
  ] = await Promise.all([
    import('../../connection/index.js'),
    import('../../transport/index.js'),
    import('../auth.js'),
    import('../conversation.js'),
    import('../endpoint.js'),
    import('../exit.js'),
    import('../frames.js'),
    import('../guess.js'),
    import('../peer-flags.js'),
    import('../print.js'),
    import('../signals.js'),
    import('../terminal.js'),
    import('../time.js'),
  ])
  endQuietly()
  const timeoutMs = await milliseconds(flags.timeout)
  const place = parsePlace(endpoint)
  const guess = await readGuess(flags, 'server')
  const framing = await framingFor(guess, place, flags)
  const print = printerFor(flags, guess.codec !== undefined)
  const auth = await authentication(flags)
  const frames = await given(words, flags)
  const where = await placeToConnect(place, flags, timeoutMs)
  checkPlaintext(auth, where.address, consent(flags), where.env)

  const link = await where.connect()
  const talk = new Conversation(link, framing, { env: where.env, auth, role: 'client' })
  let received = 0
  let broken: string | undefined
  const limit = flags.count ?? Number.POSITIVE_INFINITY
  try {
    await talk.opened
    if (!flags.quiet) say(`wirewright: connected to ${showAddress(link.peer)}`)
    const sending = (async () => {
      let any = false
      for await (const frame of frames) {
        await talk.send(frame)
        any = true
      }
      if (any && flags.count === undefined && timeoutMs === undefined) link.end()
    })().catch((error) => talk.fail(error))
    while (received < limit) {
      const body = await talk.next(timeoutMs)
      if (body === 'late') {
        const unfinished = talk.unfinished()
        if (flags.count === undefined && received > 0 && unfinished === '') break
        const what = `no ${received > 0 ? 'further ' : ''}frame within ${timeoutMs} ms`
        throw new CommandError(EXIT.timeout, unfinished === '' ? what : `${what}: ${unfinished}`)
      }
      if (body === 'end') {
        // It may still listen.
        await Promise.race([sending, talk.closed])
        break
      }
      received++
      const frame = frameOf(guess, { whole: body, body, number: received, offset: 0, head: 0 })
      print({ ...frame, t: timestamp(), conn: 1, dir: 'in' })
      broken ??= frame.error && `frame ${received}: ${frame.error}`
    }
    await talk.hangUp()
  } finally {
    link.reset()
    // Whoever types there need not type another line for us to end.
    if (words[0] === '-') process.stdin.destroy()
  }
  if (broken !== undefined) throw new CommandError(EXIT.protocol, broken)
  if (flags.count !== undefined && received < limit)
    throw new CommandError(EXIT.closed, `the peer closed after ${received} of ${limit} frames`)
}

/** The frames to send, from wherever they are. Standard input is read only when it is asked for. */
async function given(
  words: readonly string[],
  { hex, file }: SendFlags,
): Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array>> {
  const [{ createInterface }, { readFileSync }, { usageError }, { fromEscapes, readBytes }] = await Promise.all([
    import('node:readline'),
    import('node:fs'),
    import('../exit.js'),
    import('../notation.js'),
  ])
  if ([words.length > 0, hex !== undefined, file !== undefined].filter(Boolean).length > 1)
    throw usageError('what is sent comes from words, from --hex or from --file: one of them')
  if (hex !== undefined) return [readBytes(Buffer.from(hex), 'hex').bytes]
  try {
    if (file !== undefined) return [readFileSync(file)]
  } catch (error) {
    throw usageError(`--file: ${(error as Error).message}`, { cause: error })
  }
  const bytesOf = (text: string): Uint8Array => {
    const bytes = fromEscapes(text)
    if (bytes) return bytes
    throw usageError(
      `'${text}' has a \\ that stands for nothing: write \\xNN, \\n, \\r, \\t, \\0, or \\\\ for the backslash`,
    )
  }
  if (words.length !== 1 || words[0] !== '-') return words.map(bytesOf)
  return (async function* () {
    // Not before it is read from: a line that nobody waits for is lost.
    const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    for await (const line of lines) yield bytesOf(line)
  })()
}
