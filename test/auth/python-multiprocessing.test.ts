/** The multiprocessing handshake with every CPython on this machine, in both roles and in every form that each can speak. */
import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { type Authenticator, multiprocessing, multiprocessingFraming } from 'wirewright/auth'
import { Output } from '#floor/bytes'
import { findPythons, PythonProgram } from '../support/pythons.js'
import { accepted, authenticate, type Chunks, chunksOf, type End, showEnd } from './drive.js'

const authkey = 'a secret of 25 characters'
const right = multiprocessing({ authkey, allowMd5: true })
const strict = multiprocessing({ authkey })
const wrong = multiprocessing({ authkey: 'another secret', allowMd5: true })

/**
 * Does one job after another and prints how each ended, for 2.7 as well as for 3.13. A job is `role form`: `listener` or
 * `client`; `plain` is what `Listener` and `Client` do, `wrong` is the same with another key, `legacy` a challenge of 20
 * bytes, and any other form the digest that is asked for.
 */
const PROGRAM = `
import os, sys
from multiprocessing import AuthenticationError
from multiprocessing import connection as c

port, key, jobs = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
listener = c.Listener(('127.0.0.1', 0))
print(listener.address[1])

def deliver(peer, form, key):
    if form == 'legacy':
        message = os.urandom(20)
        peer.send_bytes(b'#CHALLENGE#' + message)
        response = peer.recv_bytes(256)
        try:
            c._verify_challenge(key, message, response)
        except AuthenticationError:
            peer.send_bytes(b'#FAILURE#')
            raise
        peer.send_bytes(b'#WELCOME#')
    elif form in ('plain', 'wrong'):
        c.deliver_challenge(peer, key)
    else:
        c.deliver_challenge(peer, key, digest_name=form)

for job in jobs:
    role, form = job.split()
    used = b'the wrong key' if form == 'wrong' else key
    if role == 'listener':
        peer = listener.accept()
        steps = [lambda: deliver(peer, form, used), lambda: c.answer_challenge(peer, used)]
    else:
        peer = c.Client(('127.0.0.1', port))
        steps = [lambda: c.answer_challenge(peer, used), lambda: deliver(peer, form, used)]
    try:
        for step in steps:
            step()
        value = {'n': [1, 2.5, None], 's': u'text', 'b': bytearray(300)}
        peer.send(value)
        peer.send_bytes(b'')
        print('same' if peer.recv() == value else 'different')
    except (AuthenticationError, EOFError) as error:
        print(type(error).__name__)
    peer.close()
`

/** Reads the two frames that Python sends, and sends the first, a pickle that nobody here opens, back as it came. */
async function exchange(machine: Authenticator, socket: Socket, chunks: Chunks): Promise<void> {
  const framing = multiprocessingFraming()
  const decoder = framing.decoder()
  const received: Uint8Array[] = []
  decoder.write(machine.takeRest())
  while (received.length < 2) {
    if (decoder.read()) received.push(decoder.bytes.slice(decoder.start, decoder.end))
    else {
      const { value, done } = await chunks.next()
      assert.ok(!done, 'python closed')
      decoder.write(value)
    }
  }
  assert.ok(received[0]!.length > 300)
  assert.equal(received[1]!.length, 0)
  const output = new Output()
  const mark = framing.begin(output)
  output.append(received[0]!)
  framing.finish(output, mark)
  socket.write(output.copy())
}

async function meet(machine: Authenticator, socket: Socket): Promise<End> {
  const chunks = chunksOf(socket)
  try {
    const end = await authenticate(machine, socket, chunks)
    if (end.type === 'done') await exchange(machine, socket, chunks)
    // Until Python has closed too: a socket that is destroyed with unread bytes resets, and takes the last words with it.
    socket.end()
    while (!(await chunks.next()).done);
    return end
  } finally {
    socket.destroy()
  }
}

const pythons = findPythons()

describe('multiprocessing with Python', { skip: pythons.length === 0 && 'there is no Python on this machine' }, () => {
  for (const python of pythons) {
    const old = !python.atLeast(3, 12)
    const sha = (digest: string): string => `done, ${digest}`
    /** The job for Python, our scheme, how we end, and what Python says to it. */
    const jobs: [job: string, ours: typeof right, end: string, says: string][] = [
      ['listener plain', right, old ? sha('md5') : sha('sha256'), 'same'],
      ['client plain', right, old ? sha('md5') : sha('sha256'), 'same'],
      ['listener wrong', right, 'AUTH_REFUSED', 'AuthenticationError'],
      ['client wrong', right, 'AUTH_FAILED', 'AuthenticationError'],
      ['listener plain', wrong, 'AUTH_REFUSED', 'AuthenticationError'],
      ['client plain', wrong, 'AUTH_FAILED', 'AuthenticationError'],
      ['listener plain', strict, old ? 'AUTH_WEAK' : sha('sha256'), old ? 'EOFError' : 'same'],
      ['client plain', strict, old ? 'AUTH_WEAK' : sha('sha256'), old ? 'AuthenticationError' : 'same'],
    ]
    if (!old)
      for (const form of ['legacy', 'md5', 'sha384', 'sha3_256', 'sha3_384'])
        jobs.push([`listener ${form}`, right, sha('sha256'), 'same'], [`client ${form}`, right, sha('sha256'), 'same'])

    it(`${python.version}, ${jobs.length} handshakes`, { timeout: 30_000 }, async () => {
      const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const connections = on(server, 'connection') as AsyncIterator<[Socket], void>
      const program = new PythonProgram(
        python,
        PROGRAM,
        (server.address() as AddressInfo).port,
        authkey,
        ...jobs.map(([job]) => job),
      )
      try {
        const port = Number(await program.line())
        for (const [job, ours, expected, says] of jobs) {
          const isListener = job.startsWith('listener')
          const socket = isListener
            ? connect({ port, host: '127.0.0.1', allowHalfOpen: true })
            : await accepted(connections)
          const machine = isListener ? ours.client() : ours.server()
          const end = await meet(machine, socket)
          const digest = end.type === 'done' ? `, ${String(end.identity?.digest)}` : ''
          assert.equal(`${showEnd(end, machine)}${digest}`, expected, job)
          assert.equal(await program.line(), says, job)
        }
      } finally {
        program.stop()
        server.close()
      }
    })
  }
})
