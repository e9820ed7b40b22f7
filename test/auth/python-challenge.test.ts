/** The tutorials' challenge with every CPython on this machine: its client with our server, its server with our client. */
import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { challenge, type MAC_LENGTH } from 'wirewright/auth'
import { findPythons, PythonProgram } from '../support/pythons.js'
import { accepted, authenticate, chunksOf, showEnd } from './drive.js'

const secret = 'a secret of 25 characters'

/** The two programs of the tutorials, one after another for each digest; `default` is `hmac.new(key, message)`. */
const PROGRAM = `
import hashlib, hmac, os, socket, sys

port, digests = int(sys.argv[1]), sys.argv[3:]

def answer(key, message, digest):
    if digest == 'default':
        return hmac.new(key, message).digest()
    return hmac.new(key, message, getattr(hashlib, digest)).digest()

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(('127.0.0.1', 0))
listener.listen(1)
print(listener.getsockname()[1])

for digest in digests:
    for key in (sys.argv[2].encode(), b'wrong'):
        s = socket.create_connection(('127.0.0.1', port))
        message = s.recv(32)
        s.sendall(answer(key, message, digest))
        print(s.recv(1024).decode() or 'nothing')
        s.close()
    for key in (sys.argv[2].encode(), b'wrong'):
        s, _ = listener.accept()
        message = os.urandom(32)
        s.sendall(message)
        expected = answer(key, message, digest)
        response = s.recv(len(expected))
        if hmac.compare_digest(expected, response):
            s.sendall(b'Access Granted')
        s.close()
        print(len(response))
`

const pythons = findPythons()

describe('challenge with Python', { skip: pythons.length === 0 && 'there is no Python on this machine' }, () => {
  for (const python of pythons) {
    const digests = ['md5', 'sha1', 'sha256', 'sha512'] as (keyof typeof MAC_LENGTH)[]
    const asked: string[] = [...digests]
    if (!python.atLeast(3, 8)) asked.push('default')

    it(`${python.version}: ${asked.join(', ')}`, { timeout: 30_000 }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const connections = on(server, 'connection') as AsyncIterator<[Socket], void>
      const program = new PythonProgram(python, PROGRAM, (server.address() as AddressInfo).port, secret, ...asked)
      try {
        const port = Number(await program.line())
        for (const name of asked) {
          const auth = challenge({ secret, digest: digests.find((digest) => digest === name) ?? 'md5' })
          for (const [expected, says] of [
            ['done', 'Access Granted'],
            ['AUTH_FAILED', 'nothing'],
          ]) {
            const socket = await accepted(connections)
            const machine = auth.server()
            assert.equal(showEnd(await authenticate(machine, socket, chunksOf(socket)), machine), expected, name)
            socket.end()
            assert.equal(await program.line(), says, name)
          }
          for (const expected of ['done', 'AUTH_REFUSED']) {
            const socket = connect({ port, host: '127.0.0.1' })
            const machine = auth.client()
            assert.equal(showEnd(await authenticate(machine, socket, chunksOf(socket)), machine), expected, name)
            socket.destroy()
            assert.match(await program.line(), /^(16|20|32|64)$/)
          }
        }
      } finally {
        program.stop()
        server.close()
      }
    })
  }
})
