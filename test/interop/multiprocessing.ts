/** `multiprocessing.connection` of every Python that there is, in both roles, through our own server and client. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, message, protocol, rest } from 'wirewright'
import { multiprocessing, multiprocessingFraming } from 'wirewright/auth'
import { nodeEnv, tcp } from 'wirewright/node'
import { stop, text } from '../support/python.js'
import { findPythons, type Python } from '../support/pythons.js'
import { python as onPath, started } from './processes.js'
import type { Manner, Row } from './row.js'

const KEY = 'a key for these tests'
const auth = multiprocessing({ authkey: KEY, allowMd5: true })
const otherKey = multiprocessing({ authkey: 'another key for them', allowMd5: true })
/** It would warn of MD5, which half of the Pythons need. */
const env = { ...nodeEnv, warn: () => {} }
const pipe = protocol('pipe', {
  framing: multiprocessingFraming(),
  fromClient: { bytes: message(rest()) },
  fromServer: { bytes: message(rest()) },
})

/** For 2.7 as well as for 3.13. Only its `Connection` is not written in Python, and cannot be made to stutter. */
const COMMON = `
import os, socket, sys, threading
from multiprocessing import connection, AuthenticationError

key, manner = sys.argv[1].encode(), sys.argv[2]

def stutter(self, buffer, write=os.write):
    s = socket.socket(fileno=os.dup(self._handle))
    with s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(buffer)):
            write(self._handle, buffer[i:i + 1])

if manner == 'bytes':
    connection.Connection._send = stutter
`
const CLIENT = `${COMMON}
address = ('127.0.0.1', int(sys.argv[3]))

def talk(c):
    c.send_bytes(b'bytes')
    print(c.recv_bytes().decode())
    c.send({'pickled': [1, 2.5, None]})
    print(sorted(c.recv().items()))
    c.close()

if manner == 'slow':
    silent = connection.Client(address)
    slow = connection.Client(address, authkey=key)
    os.write(slow.fileno(), b'\\0\\0\\0\\5by')
    for _ in range(4):
        talk(connection.Client(address, authkey=key))
    os.write(slow.fileno(), b'tes')
    print(slow.recv_bytes().decode())
    connection.answer_challenge(silent, key)
    connection.deliver_challenge(silent, key)
    talk(silent)
else:
    talk(connection.Client(address, authkey=b'the wrong key' if manner == 'wrong' else key))
`
const TALK = "bytes\n[('pickled', [1, 2.5, None])]\n"

const LISTENER = `${COMMON}
listener = connection.Listener(('127.0.0.1', 0), authkey=key, backlog=10)
print(listener.address[1])
others = threading.Semaphore(0)

def echo(c, slow):
    try:
        if slow:
            for _ in range(5):
                others.acquire()
        while True:
            c.send_bytes(c.recv_bytes())
    except (EOFError, IOError):
        c.close()
        others.release()

first = True
while True:
    try:
        c = listener.accept()
    except (AuthenticationError, EOFError, IOError):
        continue
    thread = threading.Thread(target=echo, args=(c, first and manner == 'slow'))
    thread.daemon = True
    thread.start()
    first = False
`

async function itsClient({ path }: Python, manner: Manner): Promise<void> {
  const server = createServer(
    pipe,
    { bytes: (bytes, { connection }) => connection.send('bytes', bytes) },
    { auth, onError: () => {} },
  )
  const { endpoint } = await server.listen(tcp({ port: 0, env }))
  try {
    const child = spawn(path, ['-c', CLIENT, KEY, manner, `${endpoint.address.port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [printed, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    if (manner !== 'wrong')
      return assert.equal(printed + complaint, manner === 'slow' ? `${TALK.repeat(4)}bytes\n${TALK}` : TALK)
    assert.equal(printed, '')
    assert.match(complaint, /AuthenticationError|EOFError/)
  } finally {
    await server.close()
  }
}

async function itsListener({ path }: Python, manner: Manner): Promise<void> {
  const child = spawn(path, ['-u', '-c', LISTENER, KEY, manner], { stdio: ['ignore', 'pipe', 'inherit'] })
  const { port } = await started(child, child.stdout, /^(\d+)$/)
  const place = tcp({ port: Number(port), env })
  const talk = async (): Promise<void> => {
    const client = await connect(pipe, place, { auth })
    const echoes = client.messages()
    for (const size of manner === 'bytes' ? [0, 1, 300] : [0, 1, 5, 20_000]) {
      const bytes = new Uint8Array(size).fill(size)
      await client.send('bytes', bytes)
      assert.deepEqual((await echoes.next()).value.body, bytes)
    }
    await client.close()
  }
  try {
    if (manner === 'wrong') await assert.rejects(connect(pipe, place, { auth: otherKey }), { name: 'AuthError' })
    else await Promise.all(Array.from({ length: manner === 'slow' ? 6 : 1 }, talk))
  } finally {
    await stop(child)
  }
}

function row(python: Python, direction: Row['direction'], isSmall: boolean): Row {
  const attempt = direction === 'our server' ? itsClient : itsListener
  const manners: Manner[] = ['whole', ...(python.atLeast(3, 0) ? (['bytes'] as const) : []), 'slow', 'wrong']
  return {
    service: 'multiprocessing',
    direction,
    peer: python.version,
    cells: Object.fromEntries(manners.map((manner) => [manner, () => attempt(python, manner)])),
    // The oldest, the newest and the one on PATH stand for all; test/auth has every version as well.
    small: isSmall ? ['slow'] : [],
  }
}

export const rows: readonly Row[] = findPythons().flatMap((python, i, all) => {
  const isSmall = i === 0 || i === all.length - 1 || python.version === onPath?.version
  return [row(python, 'our server', isSmall), row(python, 'our client', isSmall)]
})
