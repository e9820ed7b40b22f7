/** The command as a shell sees it: words in, lines and an exit code out. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { noPython, python, stop } from '../support/python.js'
import { type Running, refuses, start, wirewright } from './support.js'

const serve = (...args: string[]): Promise<Running> => start(['serve', ...args])

/** A module in a folder that belongs to no project. */
function moduleOutside(name: string, source: string): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'wirewright-module-'))
  const path = join(folder, name)
  writeFileSync(path, source)
  return { path, remove: () => rmSync(folder, { recursive: true }) }
}

const MODULE = `
import { exchange, lengthPrefix, service, struct } from 'wirewright'
import { tcp } from 'wirewright/node'
const half = exchange('half', { framing: lengthPrefix('<H'), request: struct('<q'), reply: struct('<d?2s') })
export default service(half, ([n]TYPE) => [Number(n) / 2, n % 2n === 0n, 'ok'], { endpoint: tcp({ port: 0 }) })
`

describe('wirewright', () => {
  it('tells its version', () => {
    assert.equal(wirewright('--version').stdout, `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`)
  })

  it('shows its help to whoever says nothing', () => {
    const { stdout, stderr, status } = wirewright()
    assert.deepEqual([stdout, stderr, status], [wirewright('--help').stdout, '', 0])
    assert.match(stdout, /^Examples:\n {2}wirewright serve square\n {6}a service, until Ctrl-C\n/)
  })
  it('refuses what it does not know, with what would be right', () => {
    refuses(['srve'], /unknown command 'srve'.*Did you mean serve\?/)
    refuses(['serve', 'square', '--prot', '1'], /unknown option '--prot'.*Did you mean --port\?/)
    refuses(['serve', 'square', '--port', '70000'], /A port is a whole number from 0 to 65535/)
    refuses(['serve'], /missing required argument 'service'/)
    refuses(['serve', 'sqare'], /no service 'sqare': did you mean square\?/)
    refuses(['serve', './nowhere.ts'], /no service '\.\/nowhere\.ts': there is no such file/)
    refuses(['serve', 'package.json'], /cannot load package\.json/)
    refuses(['call', 'square', '--timeout', 'soon'], /'soon' is no time: write 5 or 5s for seconds, 500ms, 2m/)
    refuses(['call', 'square'], /1 value is wanted \(number\), and 0 given/)
    refuses(['call', 'square', 'twelve'], /value 1: 'twelve' is no number; one would be 12345/)
    refuses(['call', 'square', '1.5'], /required argument is not an integer/)
    refuses(['call', 'square', '2147483648'], /'i' format requires -2147483648 <= number <= 2147483647/)
    refuses(['pack', '!Z', '1'], /bad char in struct format/)
    refuses(['pack', '!B', '256'], /'B' format requires 0 <= number <= 255/)
    refuses(['unpack', '!I', '0102'], /'!I' describes 4 bytes, and these are 2/)
    refuses(['unpack', '!I', 'xyz!'], /'xyz!' is in no notation that is known: write hexadecimal/)
  })
})

describe('wirewright pack and unpack', () => {
  it("know Python's words for what is no finite number", () => {
    assert.equal(wirewright('pack', '!4e', 'inf', 'Infinity', 'nan', 'NaN').stdout, '7c007c007e007e00\n')
  })
  it('do what Python does', () => {
    assert.deepEqual(wirewright('pack', '!I2sf', '1', 'ab', '2.7'), {
      stdout: '000000016162402ccccd\n',
      stderr: '',
      status: 0,
    })
    assert.equal(wirewright('pack', 'I2sf', '1', 'ab', '2.7').stdout, '0100000061620000cdcc2c40\n')
    assert.equal(wirewright('unpack', '!I2sf', '000000016162402ccccd').stdout, '1\nab\n2.700000047683716\n')
    assert.equal(wirewright('unpack', '<3h', '01 00 fe ff', '0300').stdout, '1\n-2\n3\n')
  })

  it('give back what they were given, whatever the bytes, and no terminal escape', () => {
    const words = ['-9007199254740993', '\\x1b[2J\\\\ \\x00é', 'true']
    const packed = wirewright('pack', '!q9s?', ...words)
    assert.equal(packed.stderr, '')
    const { stdout } = wirewright('unpack', '!q9s?', packed.stdout.trim())
    assert.deepEqual(stdout.trimEnd().split('\n'), words)
    assert.equal(wirewright('unpack', '!2s', 'c3ff').stdout, '\\xc3\\xff\n')
  })
})

describe('wirewright serve and call', () => {
  const serving: Running[] = []
  after(() => Promise.all(serving.map(({ child }) => stop(child))))
  const started = async (...args: string[]): Promise<Running> => {
    const one = await serve(...args)
    serving.push(one)
    return one
  }

  it('square 12345 to 152399025', async () => {
    const { port } = await started('square', '--port', '0')
    assert.deepEqual(wirewright('call', 'square', '12345', '--port', port), {
      stdout: '152399025\n',
      stderr: '',
      status: 0,
    })
    assert.equal(wirewright('call', 'square', '-46340', '--port', port).stdout, '2147395600\n')
  })

  it('close the connection of 46341, with a clear line in the log, and go on', async () => {
    const { port, logged } = await started('square', '--port', '0')
    const { stdout, stderr, status } = wirewright('call', 'square', '46341', '--port', port)
    assert.equal(stdout, '')
    assert.match(stderr, /^wirewright: no reply to 'request': closed by the peer\n$/)
    assert.equal(status, 7)
    assert.equal(wirewright('call', 'square', '3', '--port', port).stdout, '9\n')
    await logged("square: connection 1, in 'request': 'i' format requires -2147483648 <= number <= 2147483647")
  })

  it('answer Python', { skip: noPython }, async () => {
    const { port } = await started('square', '--port', '0')
    const program = `
import socket, struct, sys
with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as s:
    s.sendall(struct.pack('!Ii', 4, 12345))
    print(struct.unpack('!Ii', s.recv(8))[1])
`
    assert.equal(await python(program, port), '152399025\n')
  })

  for (const [name, source] of [
    ['half.ts', MODULE.replace('TYPE', ': readonly [bigint]')],
    ['half.mjs', MODULE.replace('TYPE', '')],
  ] as const)
    it(`load ${name} from outside any project, and give it this very package`, async () => {
      const { path, remove } = moduleOutside(name, source)
      const { port } = await started(path)
      assert.deepEqual(wirewright('call', path, '7', '--port', port), {
        stdout: '3.5\nfalse\nok\n',
        stderr: '',
        status: 0,
      })
      remove()
    })

  it('say what is wrong with a module', () => {
    const { path, remove } = moduleOutside('none.mjs', 'export default 1')
    refuses(['serve', path], /the default export of .*none\.mjs is no service: write export default service\(/)
    remove()
  })

  it('tell by the exit code what went wrong', async () => {
    const { port, child } = await started('square', '--port', '0')
    const taken = wirewright('serve', 'square', '--port', port)
    assert.equal(taken.status, 3)
    assert.match(
      taken.stderr,
      /^wirewright: cannot listen on 127\.0\.0\.1:\d+: something else listens there already \(EADDRINUSE\)\n$/,
    )
    await stop(child)
    const refused = wirewright('call', 'square', '1', '--port', port)
    assert.equal(refused.status, 3)
    assert.match(refused.stderr, /nobody listens there \(ECONNREFUSED\)/)
  })

  it('give up after --timeout with exit code 4', async () => {
    const slow = moduleOutside(
      'slow.mjs',
      MODULE.replace('([n]TYPE) =>', '([n]) => new Promise(() => {}),').replace(
        /new Promise\(\(\) => \{\}\),.*, \{ endpoint/,
        'new Promise(() => {}), { endpoint',
      ),
    )
    const { port } = await started(slow.path)
    const { stdout, stderr, status } = wirewright('call', slow.path, '1', '--port', port, '--timeout', '50ms')
    assert.deepEqual({ stdout, status }, { stdout: '', status: 4 })
    assert.match(stderr, /no reply to 'request' within 50 ms/)
    slow.remove()
  })

  it('end on Ctrl-C with exit code 130', async () => {
    const { child } = await serve('square', '--port', '0')
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    assert.equal(await ended, 130)
  })
})
