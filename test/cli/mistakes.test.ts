/** What people type by mistake: one line that says what would be right, an exit code that says the same, and never a stack trace. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { text } from '../support/python.js'
import { folder, MAIN, peer, refuses, run, wirewright } from './support.js'

const place = folder()
after(() => place.remove())

describe('a mistake', () => {
  it('in the name of a service is told with the name that was meant', () => {
    refuses(['serve', 'sqare'], /no service 'sqare': did you mean square\? The built-in services are square, values/)
    refuses(['call', 'mesages', '1'], /did you mean messages\?/)
    refuses(['serve', 'Gretter'], /did you mean greeter\?/)
    refuses(['serve', 'x'], /no service 'x': The built-in/)
    refuses(['serve', './nowhere.ts'], /there is no such file; wirewright init writes one to start from/)
  })
  it('in a module is told by the line that says what is wrong', () => {
    refuses(['serve', place.path], /is a directory: name a module in it, such as .*service\.ts/)
    refuses(['serve', place.file('bad.ts', 'let a = (')], /cannot load .*bad\.ts: .*1:9: ERROR: Unexpected end of file/)
    refuses(['serve', place.file('boom.mjs', "throw new Error('boom')")], /cannot load .*boom\.mjs: boom/)
    refuses(['serve', place.file('far.mjs', "import 'not-there'")], /Cannot find package 'not-there'/)
    refuses(
      ['serve', place.file('stuck.mjs', 'await new Promise(() => {})')],
      /it waits at its top level for something that never happens/,
    )
  })
  it('in an endpoint is told with the endpoint that was meant', () => {
    for (const [given, meant] of [
      ['localhost:7000', /did you mean tcp:\/\/localhost:7000\?/],
      ['7000', /did you mean tcp:\/\/127\.0\.0\.1:7000\?/],
      ['http://localhost:80/', /a page is what wirewright fetch takes; here it is tcp:\/\/host:port/],
      ['tcp://localhost', /the port is missing, as in tcp:\/\/localhost:7000/],
      ['tcp://localhost:99999', /port 0 to 65535/],
      ['./my.sock', /did you mean unix:\.\/my\.sock\?/],
    ] as const)
      refuses(['send', given, 'hi'], meant)
  })
  it('in the name of a file is told with what is there instead', () => {
    const [file, gone] = [place.file('a.bin', 'a'), join(place.path, 'gone')]
    refuses(['decode', '--file', gone], /there is no file '.*gone'/)
    refuses(['decode', '--file', join(gone, 'a.bin')], /there is no directory '.*gone'/)
    refuses(['decode', '--file', join(file, 'b')], /lies in something that is no directory/)
    refuses(['send', 'tcp://127.0.0.1:1', '--file', place.path], /is a directory, and a file is wanted/)
    refuses(['send', 'tls://127.0.0.1:1', 'hi', '--ca', gone], /--ca: there is no file/)
    refuses(['keygen', '--output', join(gone, 'secret')], /there is no directory '.*gone'/)
    refuses(['init', join(gone, 'a.ts')], /there is no directory '.*gone'/)
    refuses(['fetch', 'http://127.0.0.1:1/', '--output', place.path], /is a directory.*such as .*page\.html/)
    refuses(['fetch', 'http://127.0.0.1:1/', '--output', join(gone, 'a')], /--output: there is no directory/)
    refuses(['serve', 'auth', '--secret-file', gone], /there is no file '.*gone'/)
    const { stderr, status } = wirewright('listen', `unix:${gone}/a.sock`)
    assert.deepEqual(
      { stderr, status },
      { stderr: `wirewright: cannot listen on ${gone}/a.sock: there is no directory '${gone}'\n`, status: 3 },
    )
    assert.ok(!existsSync(gone))
  })
  it('in a format, or in names for it, is told with where to look', () => {
    refuses(['pack', '!Z', '1'], /bad char in struct format \(wirewright help formats\)/)
    const names = (names: string): string[] => ['decode', '--format', '!HB', '--names', names, '000000']
    refuses(names('a'), /--names: '!HB' has 2 values, and 1 names are given/)
    refuses(names('a,b,c'), /'!HB' has 2 values, and 3 names are given/)
    refuses(names('a,a'), /--names: 'a' is there twice/)
    refuses(names('a,'), /--names: a name is empty/)
  })
  it('in the order of things is told with what to do first', () => {
    const { stderr, status } = wirewright('call', 'square', '12', '--port', '1')
    assert.match(stderr, /nobody listens there \(ECONNREFUSED\): wirewright serve square starts it\n$/)
    assert.equal(status, 3)
  })
  it('in JSON is told with the words', () => {
    refuses(['call', 'messages', '{', '--port', '1'], /'\{': .*JSON/)
  })
  it('in bytes is no surprise: what is not read as hexadecimal is said', async () => {
    assert.equal(wirewright('decode', '--print', 'hex', 'xyzw').stderr.split('\n')[0], 'wirewright: read as base64')
    assert.doesNotMatch(wirewright('decode', '--print', 'hex', '0a 0b').stderr, /read as/)
    const empty = await run(['decode', '-'], '')
    assert.deepEqual(empty, { stdout: '', stderr: 'wirewright: there are no bytes in it\n', status: 0 })
  })
})

describe('Ctrl-C', () => {
  it('ends every command that waits for somebody, quietly and with exit code 130', async () => {
    let came: () => void = () => {}
    const { port, close } = await peer(() => came())
    const at = `tcp://127.0.0.1:${port}`
    for (const args of [
      ['send', at, '--quiet'],
      ['send', at, '-', '--quiet'],
      ['send', at, 'hi', '--wait', '--quiet'],
      ['call', 'square', '1', '--port', `${port}`],
      ['call', 'info', '--port', `${port}`],
      ['fetch', `http://127.0.0.1:${port}/`],
    ]) {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe' })
      came = () => child.kill('SIGINT')
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      assert.deepEqual({ args, stdout, stderr, code: child.exitCode }, { args, stdout: '', stderr: '', code: 130 })
    }
    await close()
  })
})
