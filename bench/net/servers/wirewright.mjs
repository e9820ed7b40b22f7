/**
 * Ours, at each floor at which one may enter.
 *
 *   framing    a decoder by hand: ranges in, bytes out
 *   session    a session by hand: events in, replies out, bodies are views
 *   bytes      an exchange of bytes through `createServer`
 *   sync       an exchange of typed messages; the handler returns the reply
 *   async      the same; the handler is an async function
 */
import { createServer as createNetServer } from 'node:net'
import { createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
import { Session } from 'wirewright/session'
import { announce, listen, PAYLOADS } from './announce.mjs'
import { bytes } from './bytes-codec.mjs'

const framing = lengthPrefix('!I')
const [kind] = process.argv.slice(2)

/** One write for everything in `output`, and its storage again when the write has left nothing queued. */
function writeTo(socket, output) {
  socket.write(output)
  if (socket.writableNeedDrain) socket.pause()
  return socket.writableLength === 0
}

function serveByHand(receiver) {
  listen(
    createNetServer({ noDelay: true }, (socket) => {
      socket.on('data', receiver(socket))
      socket.on('drain', () => socket.resume())
      socket.on('error', () => {})
    }),
  )
}

let replies = new Uint8Array(64 * 1024)
let length = 0

function appendReply(bytes, start, end) {
  const next = length + 4 + end - start
  if (next > replies.length) {
    const larger = new Uint8Array(2 * next)
    larger.set(replies.subarray(0, length))
    replies = larger
  }
  const size = end - start
  replies[length] = size >>> 24
  replies[length + 1] = size >>> 16
  replies[length + 2] = size >>> 8
  replies[length + 3] = size
  if (end - start > 64) replies.set(bytes.subarray(start, end), length + 4)
  else for (let i = start, to = length + 4; i < end; i++, to++) replies[to] = bytes[i]
  length = next
}

function byFraming(socket) {
  const decoder = framing.decoder()
  return (chunk) => {
    decoder.write(chunk)
    decoder.readAll(appendReply)
    if (length > 0 && !writeTo(socket, replies.subarray(0, length))) replies = new Uint8Array(64 * 1024)
    length = 0
  }
}

const raw = exchange('bytes', { framing, request: bytes, reply: bytes })

function bySession(socket) {
  const session = new Session(raw, 'server')
  return (chunk) => {
    session.receive(chunk)
    for (let event = session.nextEvent(); event !== undefined; event = session.nextEvent()) {
      if (event.type === 'request') session.reply(event.id, event.body)
      else if (event.type === 'failed') socket.destroy()
    }
    const output = session.takeOutput()
    if (output !== undefined && writeTo(socket, output)) session.giveBack(output)
  }
}

/** 32 bytes of numbers as a sensor would send them, or few numbers and many bytes. */
const message = (payload) => struct(payload === 32 ? '!IHHIddI' : `!I${payload - 5}sB`)
const typed = (payload) => exchange('typed', { framing, request: message(payload), reply: message(payload) })

async function serve(protocols, handler) {
  const servers = protocols.map((protocol) => createServer(protocol, handler))
  const listening = await Promise.all(servers.map((server) => server.listen(tcp({ port: 0 }))))
  announce(...listening.map(({ endpoint }) => endpoint.address.port))
}

if (kind === 'framing') serveByHand(byFraming)
else if (kind === 'session') serveByHand(bySession)
else if (kind === 'bytes') await serve([raw], (body) => body)
else if (kind === 'sync') await serve(PAYLOADS.map(typed), (values) => values)
else await serve(PAYLOADS.map(typed), async (values) => values)
