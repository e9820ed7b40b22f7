/** `wirewright call`: one request, its answer on standard output. */
import { connect } from '../index.js'
import type { Exchange } from '../protocol/index.js'
import { CommandError, EXIT } from './exit.js'
import { loadService, placed } from './load-service.js'
import { bodyFromWords, lines } from './values.js'

export async function call(
  name: string,
  words: readonly string[],
  { timeout, ...place }: { host?: string; port?: number; timeout: number },
): Promise<void> {
  const service = await loadService(name)
  const { protocol } = service
  if (!isExchange(protocol))
    throw new CommandError(
      EXIT.usage,
      `'${name}' is no exchange of one request and one reply, which is what call can ask`,
    )
  const { codec } = protocol.fromClient.request
  const body = bodyFromWords(codec, words)
  // Before a connection is made: what does not fit is the command line's fault.
  codec.encode(body as never)
  const client = await connect(protocol, placed(service.endpoint, place))
  try {
    const reply = await client.request(body as never, { timeoutMs: timeout })
    process.stdout.write(lines(reply as readonly unknown[]))
  } finally {
    await client.close()
  }
}

function isExchange(protocol: object): protocol is Exchange {
  return 'single' in protocol
}
