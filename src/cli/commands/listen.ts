/** `wirewright listen`: what comes to a port, frame by frame. */
import type { Command } from 'commander'
import { command } from '../command.js'
import type { PeerFlags } from '../peer-flags.js'

interface ListenFlags extends PeerFlags {
  readonly echo?: boolean
}

export async function listenCommand(): Promise<Command> {
  const { withPeerFlags } = await import('../peer-flags.js')
  const listen = command('listen', [
    ['wirewright listen tcp://127.0.0.1:7000', 'prints what arrives as a dump, until Ctrl-C'],
    [
      "wirewright listen tcp://127.0.0.1:0 --framing 'lengthPrefix(!H)' --format '!BH' --json",
      'fields as JSON, on any free port',
    ],
    ['wirewright listen udp://127.0.0.1:7000 --echo --count 1', 'sends one datagram back, and ends'],
  ])
    .description('Listen on any endpoint and print every frame that comes.')
    .argument(
      '<endpoint>',
      'tcp://host:port, tls://host:port, udp://host:port, unix:/path; port 0 takes any that is free',
    )
    .option('--echo', 'send every frame back')
  return withPeerFlags(listen).action(run)
}

async function run(endpoint: string, _flags: ListenFlags, self: Command): Promise<void> {
  const flags = self.opts<ListenFlags>()
  const [
    { checkPlaintext },
    { showAddress },
    { authentication, consent },
    { Conversation },
    { parsePlace, placeToListen },
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
  const timeoutMs = await milliseconds(flags.timeout)
  const parsed = parsePlace(endpoint)
  const guess = await readGuess(flags, 'client')
  const framing = await framingFor(guess, parsed, flags)
  const print = printerFor(flags, guess.codec !== undefined)
  const auth = await authentication(flags)
  const place = await placeToListen(parsed, flags)
  checkPlaintext(auth, place.address, consent(flags), place.env)
  const talk = (text: string): void => {
    if (!flags.quiet) say(`wirewright: ${text}`)
  }

  let connections = 0
  let frames = 0
  const open = new Set<InstanceType<typeof Conversation>>()
  const limit = flags.count ?? Number.POSITIVE_INFINITY
  let finish!: (error?: Error) => void
  const end = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve())
  })
  const serve = async (conversation: InstanceType<typeof Conversation>, conn: number): Promise<void> => {
    const { link } = conversation
    await conversation.opened
    for (;;) {
      const body = await conversation.next()
      if (typeof body === 'string') break
      if (frames >= limit) return
      frames++
      const frame = frameOf(guess, { whole: body, body, number: frames, offset: 0, head: 0 })
      print({ ...frame, t: timestamp(), conn, dir: 'in' })
      if (frame.error !== undefined) say(`wirewright: connection ${conn}, frame ${frames}: ${frame.error}`)
      patience()
      if (flags.echo) await conversation.send(body)
      if (frames >= limit) return finish()
    }
    link.end()
  }
  let timer: NodeJS.Timeout | undefined
  const patience = (): void => {
    clearTimeout(timer)
    if (timeoutMs === undefined) return
    timer = setTimeout(() => {
      const isEnough = flags.count === undefined && frames > 0
      finish(
        isEnough
          ? undefined
          : new CommandError(EXIT.timeout, `no ${frames > 0 ? 'further ' : ''}frame within ${timeoutMs} ms`),
      )
    }, timeoutMs)
  }
  const listener = await place.listen(
    (link) => {
      const conn = ++connections
      const conversation = new Conversation(link, framing, { env: place.env, auth, role: 'server' })
      open.add(conversation)
      talk(`connection ${conn} from ${showAddress(link.peer)}`)
      serve(conversation, conn)
        .catch((error: Error) => {
          say(`wirewright: connection ${conn}: ${error.message}`)
          link.reset()
        })
        .finally(() => open.delete(conversation))
    },
    { failed: (error) => say(`wirewright: ${error.message}`) },
  )
  // A Unix socket is a file, which nobody should find when nobody listens.
  endQuietly(() => void listener.close())
  talk(
    `listening on ${parsed.transport === 'unix' ? 'unix:' : `${parsed.transport}://`}${showAddress(listener.address)}`,
  )
  patience()
  try {
    await end
  } finally {
    clearTimeout(timer)
    await listener.close()
    await Promise.all([...open].map((conversation) => conversation.hangUp()))
  }
}
