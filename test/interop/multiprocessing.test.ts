/** `multiprocessing.connection` of every Python that there is, in both roles, through our own server and client. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { connect, createServer, message, protocol, rest } from 'wirewright'
import { multiprocessing, multiprocessingFraming } from 'wirewright/auth'
import { tcp } from 'wirewright/node'
import { stop, text } from '../support/python.js'
import { everyPython } from '../support/pythons.js'

const pipe = protocol('pipe', {
  framing: multiprocessingFraming(),
  fromClient: { bytes: message(rest()) },
  fromServer: { bytes: message(rest()) },
})
const auth = multiprocessing({ authkey: 'a key for these tests', allowMd5: true })

const CLIENT = `
import sys
from multiprocessing.connection import Client
c = Client(('127.0.0.1', int(sys.argv[1])), authkey=sys.argv[2].encode())
c.send_bytes(b'bytes')
print(c.recv_bytes().decode())
c.send({'pickled': [1, 2.5, None]})
print(sorted(c.recv().items()))
c.close()
`
const LISTENER = `
import sys
from multiprocessing.connection import Listener
from multiprocessing import AuthenticationError
l = Listener(('127.0.0.1', 0), authkey=sys.argv[1].encode())
print(l.address[1]); sys.stdout.flush()
while True:
    c = None
    try:
        c = l.accept()
        while True: c.send_bytes(c.recv_bytes())
    except (EOFError, AuthenticationError, IOError):
        if c: c.close()
`

describe('multiprocessing.connection', () => {
  const pythons = everyPython()
  if (pythons.length === 0) it('of any Python', { skip: 'there is no python3' }, () => {})
  for (const { command, version } of pythons) {
    it(`of Python ${version}: our server, its Client`, async () => {
      const server = createServer(
        pipe,
        { bytes: (bytes, { connection }) => connection.send('bytes', bytes) },
        { auth, onError: () => {} },
      )
      const { endpoint } = await server.listen(tcp({ port: 0 }))
      const port = `${endpoint.address.port}`
      const child = spawn(command, ['-c', CLIENT, port, 'a key for these tests'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')])
      assert.equal(printed, "bytes\n[('pickled', [1, 2.5, None])]\n")
      const wrong = spawn(command, ['-c', CLIENT, port, 'another key'], { stdio: ['ignore', 'pipe', 'pipe'] })
      const [nothing, complaint] = await Promise.all([text(wrong.stdout), text(wrong.stderr), once(wrong, 'exit')])
      assert.equal(nothing, '')
      assert.match(complaint, /AuthenticationError|EOFError/)
      await server.close()
    })

    it(`of Python ${version}: our client, its Listener`, async () => {
      const child = spawn(command, ['-u', '-c', LISTENER, 'a key for these tests'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
      const place = tcp({ port: Number(port) })
      const client = await connect(pipe, place, { auth })
      const echoes = client.messages()
      for (const size of [0, 1, 5, 20_000]) {
        const bytes = new Uint8Array(size).fill(size)
        await client.send('bytes', bytes)
        assert.deepEqual((await echoes.next()).value.body, bytes)
      }
      await client.close()
      const wrong = multiprocessing({ authkey: 'another key for them', allowMd5: true })
      await assert.rejects(connect(pipe, place, { auth: wrong }), { name: 'AuthError' })
      await stop(child)
    })
  }
})
