import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { unix } from 'wirewright/node'
import { type Link, TransportError, TransportUsageError } from 'wirewright/transport'
import { Arrivals, bytes, Recorder } from './recorder.js'

describe('unix', { skip: process.platform === 'win32' && 'Windows has no files for sockets' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirewright-unix-'))
  after(() => rmSync(folder, { recursive: true }))
  let files = 0
  const fresh = (): string => join(folder, `${files++}.sock`)

  /** A socket that a process left behind when it was killed. */
  const stale = (path: string): void => {
    const program = `import socket, os, signal\ns = socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(path)}); s.listen()\nos.kill(os.getpid(), signal.SIGKILL)`
    spawnSync('python3', ['-c', program])
    assert.ok(lstatSync(path).isSocket(), 'python3 left no socket')
  }

  const inUse = (words: RegExp) => (error: unknown) => {
    assert.ok(error instanceof TransportError)
    assert.equal(error.code, 'ADDRESS_IN_USE')
    assert.match(error.message, words)
    return true
  }

  it('carries bytes both ways, to the end of each direction', async () => {
    const path = fresh()
    const accepted = new Arrivals<Link>()
    const listener = await unix({ path }).listen(accepted.put)
    const here = new Recorder(await listener.endpoint.connect())
    const there = new Recorder(await accepted.next())
    here.link.write(bytes('ping'))
    here.link.end()
    await there.until(({ calls }) => calls.includes('ended'))
    assert.equal(there.text, 'ping')
    there.link.write(bytes('pong'))
    there.link.end()
    await Promise.all([here.closes(), there.closes()])
    assert.equal(here.text, 'pong')
    assert.deepEqual([here.link.peer, there.link.local], [listener.address, listener.address])
    await listener.close()
  })

  it('lets only its owner connect, whatever the mask of the process, and leaves the mask alone', async () => {
    const before = process.umask(0)
    try {
      for (const [mode, expected] of [
        [undefined, 0o600],
        [0o660, 0o660],
      ] as const) {
        const path = fresh()
        const listener = await unix({ path, ...(mode !== undefined && { mode }) }).listen(() => {})
        assert.equal((statSync(path).mode & 0o777).toString(8), expected.toString(8))
        await listener.close()
      }
      assert.equal(process.umask(), 0)
    } finally {
      process.umask(before)
    }
  })

  it('listens to nobody when its file was taken away before it had its permissions', async () => {
    const path = fresh()
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => name.startsWith('Pipe')).length
    const before = handles()
    const listening = unix({ path }).listen(() => {})
    rmSync(path)
    await assert.rejects(listening, (error: unknown) => error instanceof TransportError && error.message.includes(path))
    await new Promise((soon) => setImmediate(soon))
    assert.equal(handles(), before)
  })

  it('takes its file away when it closes', async () => {
    const path = fresh()
    const listener = await unix({ path }).listen(() => {})
    assert.ok(existsSync(path))
    await listener.close()
    assert.equal(existsSync(path), false)
    await listener.close()
  })

  it('replaces a socket that nobody listens on any more', async () => {
    const path = fresh()
    stale(path)
    await assert.rejects(unix({ path }).connect(), {
      code: 'REFUSED',
      message: /^cannot connect to .*\.sock: nobody listens there/,
    })
    const listener = await unix({ path }).listen((link) => void new Recorder(link).link.reset())
    await new Recorder(await listener.endpoint.connect()).follows()
    await listener.close()
  })

  it('leaves a socket alone that somebody listens on', async () => {
    const path = fresh()
    const accepted = new Arrivals<Link>()
    const listener = await unix({ path }).listen(accepted.put)
    await assert.rejects(
      unix({ path }).listen(() => {}),
      inUse(/^cannot listen on .*\.sock: something else listens there already/),
    )
    // The knock was a connection; another one still gets through.
    new Recorder(await accepted.next())
    const here = new Recorder(await listener.endpoint.connect())
    here.link.reset()
    await new Recorder(await accepted.next()).follows()
    await listener.close()
  })

  it('lets one of several that find the same stale socket have it', async () => {
    const path = fresh()
    stale(path)
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => unix({ path }).listen((link) => void new Recorder(link).link.reset())),
    )
    const had = tries.filter((one) => one.status === 'fulfilled')
    assert.equal(had.length, 1)
    await new Recorder(await unix({ path }).connect()).follows()
    await had[0]!.value.close()
  })

  it('never removes a file that is no socket, nor what a link points to', async () => {
    const path = fresh()
    writeFileSync(path, 'precious')
    await assert.rejects(
      unix({ path }).listen(() => {}),
      inUse(/a file that is no socket is there$/),
    )
    const link = fresh()
    symlinkSync(path, link)
    await assert.rejects(
      unix({ path: link }).listen(() => {}),
      inUse(/a file that is no socket is there$/),
    )
    assert.equal(readFileSync(path, 'utf8'), 'precious')
  })

  it('says in words why it cannot be had', async () => {
    await assert.rejects(unix({ path: fresh() }).connect(), {
      code: 'REFUSED',
      message: /there is no such file \(ENOENT\)$/,
    })
    await assert.rejects(
      unix({ path: join(folder, 'nowhere', 'x.sock') }).listen(() => {}),
      TransportError,
    )
    const long = join(folder, 'x'.repeat(108))
    assert.throws(() => unix({ path: long }), TransportUsageError)
    assert.throws(() => unix({ path: '' }), { code: 'BAD_OPTION', message: /1 … 10\d bytes, not 0$/ })
  })

  it('drops a link at once', async () => {
    const path = fresh()
    const accepted = new Arrivals<Link>()
    const listener = await unix({ path }).listen(accepted.put, { admit: ({ transport }) => transport === 'unix' })
    const here = new Recorder(await listener.endpoint.connect())
    const there = new Recorder(await accepted.next())
    here.link.write(new Uint8Array(8 << 20))
    here.link.reset()
    await Promise.all([here.closes(), there.follows()])
    await listener.close()
  })

  it('turns peers away', async () => {
    const path = fresh()
    const listener = await unix({ path }).listen(() => assert.fail('accepted'), { admit: () => false })
    await new Recorder(await listener.endpoint.connect()).follows()
    assert.equal(listener.dropped, 1)
    await listener.close()
  })

  it('gives up on abort', async () => {
    const server = createServer()
    await assert.rejects(unix({ path: fresh() }).connect({ signal: AbortSignal.abort() }), { code: 'ABORTED' })
    server.close()
  })
})
