/** Who may connect: lists, numbers, rates. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Env } from 'wirewright'
import { AddressError, type AdmissionOptions, createServer, exchange, lengthPrefix, struct } from 'wirewright'
import { AddressSet, Admission } from '#floor/server'

const env = (clock: { now: number }, chance = 0): Env =>
  ({ now: () => clock.now, random: (n: number) => new Uint8Array(n).fill(chance) }) as unknown as Env
const peer = (host: string) => ({ transport: 'tcp', host, port: 1 })
const entering = (options: AdmissionOptions, clock = { now: 0 }, chance = 0) => {
  const admission = new Admission(options)
  return {
    admission,
    enter: (host: string) => admission.enter(peer(host), env(clock, chance)) ?? 'in',
    leave: (host: string) => admission.leave(peer(host)),
  }
}

describe('an address set', () => {
  it('knows addresses and networks of both families', () => {
    const set = new AddressSet(['192.0.2.7', '10.0.0.0/8', '172.16.0.0/12', '2001:db8::/33', '::1'])
    for (const host of ['192.0.2.7', '10.255.1.2', '172.31.255.255', '2001:db8:7fff::1', '::1', '::ffff:10.1.2.3'])
      assert.ok(set.has(host), host)
    for (const host of ['192.0.2.8', '11.0.0.0', '172.32.0.0', '2001:db8:8000::1', '::2', 'localhost', ''])
      assert.ok(!set.has(host), host)
    assert.ok(new AddressSet(['0.0.0.0/0']).has('8.8.8.8'))
    assert.ok(!new AddressSet(['0.0.0.0/0']).has('::8'))
  })
  it('refuses what is neither', () => {
    for (const entry of [
      '10.0.0.0/33',
      '10.0.0/8',
      'localhost',
      '::1/129',
      '10.0.0.0/8/8',
      '10.0.0.0/',
      '10.0.0.0/-1',
      '',
    ])
      assert.throws(() => new AddressSet([entry]), AddressError, entry)
  })
  it('is refused by the server that gets a bad one', () => {
    const square = exchange('square', { framing: lengthPrefix('!I'), request: struct('!i'), reply: struct('!i') })
    assert.throws(
      () => createServer(square, ([n]) => [n], { admission: { deny: ['everybody'] } }),
      /'everybody' is no IP address/,
    )
  })
})

describe('admission', () => {
  it('bounds the connections, and lets in again when one leaves', () => {
    const { admission, enter, leave } = entering({ maxConnections: 2 })
    assert.deepEqual([enter('127.0.0.1'), enter('127.0.0.1'), enter('127.0.0.1')], ['in', 'in', 'maxConnections'])
    leave('127.0.0.1')
    assert.equal(enter('127.0.0.1'), 'in')
    assert.equal(admission.refused.maxConnections, 1)
  })
  it('bounds them per address, per /64 with IPv6, and not on loopback', () => {
    const { enter } = entering({ maxConnectionsPerAddress: 1 })
    assert.deepEqual(
      [enter('192.0.2.1'), enter('192.0.2.1'), enter('192.0.2.2')],
      ['in', 'maxConnectionsPerAddress', 'in'],
    )
    assert.deepEqual(
      [enter('2001:db8::1'), enter('2001:db8::2'), enter('2001:db8:0:1::1')],
      ['in', 'maxConnectionsPerAddress', 'in'],
    )
    for (const host of ['127.0.0.1', '127.0.0.1', '::1', '::1', '127.9.9.9']) assert.equal(enter(host), 'in')
  })
  it('bounds the rate, with a burst', () => {
    const clock = { now: 0 }
    const { enter } = entering({ maxAcceptsPerSecond: 2 }, clock)
    const three = () => [enter('192.0.2.1'), enter('192.0.2.1'), enter('192.0.2.1')]
    assert.deepEqual(three(), ['in', 'in', 'maxAcceptsPerSecond'])
    clock.now = 500
    assert.deepEqual(three(), ['in', 'maxAcceptsPerSecond', 'maxAcceptsPerSecond'])
    clock.now = 60_000
    assert.deepEqual(three(), ['in', 'in', 'maxAcceptsPerSecond'])
  })
  it('obeys its lists, the denying one first', () => {
    const { enter } = entering({ allow: ['192.0.2.0/24'], deny: ['192.0.2.66'] })
    assert.deepEqual([enter('192.0.2.1'), enter('192.0.2.66'), enter('198.51.100.1')], ['in', 'deny', 'allow'])
  })
  it('refuses strangers at random from half of their room on, and all of them when it is full', () => {
    const refusals = (chance: number, unauthenticated: number): string => {
      const { admission, enter } = entering({ maxUnauthenticated: 100 }, { now: 0 }, chance)
      admission.unauthenticated = unauthenticated
      return enter('192.0.2.1')
    }
    assert.deepEqual(
      [refusals(0, 49), refusals(0, 51), refusals(255, 51), refusals(255, 98), refusals(255, 100)],
      ['in', 'maxUnauthenticated', 'in', 'in', 'maxUnauthenticated'],
    )
  })
  it('remembers a bounded number of addresses', () => {
    const clock = { now: 0 }
    const { admission, enter, leave } = entering({ maxConnections: 10 }, clock)
    for (let i = 0; i < 1000; i++) {
      const host = `192.0.${i >> 8}.${i & 255}`
      clock.now += 100
      if (enter(host) === 'in') leave(host)
    }
    assert.ok(admission.remembered <= 32, `${admission.remembered}`)
  })
})
