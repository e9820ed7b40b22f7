/** What the command gives to a shell and to a person: completion, help, keys, a module to start from. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { EXIT } from '#ground/cli/exit'
import { HELP_TOPICS, helpOn } from '#ground/cli/help-topics'
import { stop } from '../support/python.js'
import { folder, refuses, run, start, wirewright } from './support.js'

const place = folder()
after(() => place.remove())

describe('wirewright completion', () => {
  const scripts = new Map<string, string>()
  before(() => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout, stderr } = wirewright('completion', shell)
      assert.equal(stderr, '')
      scripts.set(shell, place.file(`completion.${shell}`, stdout))
    }
  })
  const without = (shell: string): string | false =>
    spawnSync(shell, ['-c', 'true']).error ? `${shell} is not installed` : false

  it('completes commands, services, flags and their values in bash', { skip: without('bash') }, () => {
    const complete = (...words: string[]): string[] => {
      const script = `source '${scripts.get('bash')}'; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _wirewright; printf '%s\\n' "\${COMPREPLY[@]}"`
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n')
    }
    assert.deepEqual(complete('wirewright', 'de'), ['decode'])
    assert.deepEqual(complete('wirewright', 'serve', 'squ'), ['square'])
    assert.deepEqual(complete('wirewright', 'decode', '--fra'), ['--framing'])
    assert.deepEqual(complete('wirewright', 'decode', '--print', 'he'), ['hexdump', 'hex'])
    assert.deepEqual(complete('wirewright', 'help', 'exit'), ['exit-codes'])
    assert.deepEqual(complete('wirewright', 'send', '--exp'), ['--expect'])
    assert.doesNotMatch(complete('wirewright', 'send', '--plaintext', '').join(' '), /whoever/)
  })
  it('is a script that zsh reads', { skip: without('zsh') }, () => {
    const { stderr, status } = spawnSync('zsh', ['-n', scripts.get('zsh')!], { encoding: 'utf8' })
    assert.deepEqual({ stderr, status }, { stderr: '', status: 0 })
  })
  it('completes in fish', { skip: without('fish') }, () => {
    const complete = (line: string): string =>
      spawnSync('fish', ['--no-config', '-c', `source '${scripts.get('fish')}'; complete -C '${line}'`], {
        encoding: 'utf8',
      }).stdout
    assert.match(complete('wirewright dec'), /^decode\t/m)
    assert.match(complete('wirewright decode --fram'), /^--framing\t/m)
  })
  it('knows three shells', () => refuses(['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/))
})

describe('wirewright help', () => {
  it('tells every exit code there is', () => {
    const { stdout } = wirewright('help', 'exit-codes')
    const codes = [...stdout.matchAll(/^ +(\d+) {2}\S/gm)].map(([, code]) => Number(code))
    assert.deepEqual(codes, Object.values(EXIT))
    assert.deepEqual(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 143])
  })
  it('has a page for each topic, and one for each command', () => {
    for (const topic of ['formats', 'framings', 'endpoints', 'messages', 'expect', 'json'])
      assert.ok(wirewright('help', topic).stdout.split('\n').length > 5, topic)
    assert.equal(wirewright('help', 'send').stdout, wirewright('send', '--help').stdout)
    refuses(['help', 'exitcodes'], /no help on 'exitcodes': the topics are exit-codes, formats/)
  })
  it('fits a terminal of 80 columns', () => {
    const { stdout } = wirewright('--help')
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!)
    const topics = /^Topics, for wirewright help:\n {2}(.*)$/m.exec(stdout)![1]!.split(' ')
    const own = ['serve auth', 'call messages', 'call square'].map((line) => line.split(' '))
    const pages = [
      ...[[], ...commands.map((name) => [name]), ...own].map((words) => wirewright(...words, '--help').stdout),
      ...topics.map((topic) => helpOn(topic)!),
    ]
    for (const text of pages) {
      assert.ok(text.length > 100, text)
      for (const line of text.split('\n')) assert.ok([...line].length <= 80, line)
    }
    assert.deepEqual(topics, HELP_TOPICS)
  })
  it('is what the command says when it is called without a word', () => {
    const { stdout, stderr, status } = wirewright()
    assert.deepEqual({ stderr, status }, { stderr: '', status: 0 })
    assert.equal(stdout, wirewright('--help').stdout)
  })
  it('names framings that exist', async () => {
    const { stdout } = wirewright('help', 'framings')
    const { parseFraming } = await import('wirewright/framing')
    const named = [...stdout.matchAll(/^ {2}(\S.*?)(?: {2,}.*)?$/gm)].flatMap(([, column]) =>
      column!.split(/, (?=[a-z]+(?:$|\())/),
    )
    assert.ok(named.length > 10)
    for (const framing of named) assert.ok(parseFraming(framing), framing)
  })
})

describe('wirewright keygen', () => {
  it('prints 32 bytes, never the same', () => {
    const [one, two] = [wirewright('keygen').stdout, wirewright('keygen').stdout]
    assert.equal(Buffer.from(one, 'base64').length, 32)
    assert.notEqual(one, two)
    assert.match(wirewright('keygen', '--hex').stdout, /^[0-9a-f]{64}\n$/)
  })
  it('writes a file for its owner alone, and never over another', () => {
    const file = join(place.path, 'secret.txt')
    assert.deepEqual(wirewright('keygen', '--output', file), { stdout: '', stderr: '', status: 0 })
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const before = readFileSync(file, 'utf8')
    refuses(['keygen', '--output', file], /secret\.txt' exists, and is not overwritten/)
    assert.equal(readFileSync(file, 'utf8'), before)
  })
})

describe('wirewright init', () => {
  it('writes a service that runs, and never over another file', async () => {
    const file = join(place.path, 'ratio.mjs')
    assert.equal(wirewright('init', file).status, 0)
    const { port, child } = await start(['serve', file, '--port', '0'])
    assert.equal((await run(['call', file, '1', '3', '--port', port])).stdout, '0.3333333333333333\n')
    await stop(child)
    refuses(['init', file], /exists, and is not overwritten/)
    refuses(['init', 'ratio.py'], /is no module: give it a name that ends in \.ts or \.mjs/)
  })
})

describe('wirewright calcsize', () => {
  it('counts as Python does', () => {
    assert.equal(wirewright('calcsize', 'BHI').stdout, '8\n')
    refuses(['calcsize', '!Z'], /bad char in struct format/)
  })
})

describe('wirewright unpack', () => {
  it('takes other notations, files and standard input, and gives JSON', async () => {
    assert.equal(wirewright('unpack', '!Hq', '--json', 'AAH//////////w==').stdout, '[1,"-1"]\n')
    assert.equal((await run(['unpack', '!H', '-'], Buffer.from([1, 2]))).stdout, '258\n')
  })
})
