/** TCP, TLS and Unix sockets under the contract of all transports. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { tcp, tls, unix } from 'wirewright/node'
import { transportContract } from '../transport/contract.js'
import { Authority, noOpenssl } from './certificates.js'

transportContract('tcp', () => ({
  place: tcp({ port: 0 }),
  again: ({ port }) => tcp({ port: port! }),
}))

if (process.platform !== 'win32')
  transportContract(
    'unix',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'wirewright-contract-'))
      return {
        place: unix({ path: join(folder, 's') }),
        again: ({ path }) => unix({ path: path! }),
        release: () => rmSync(folder, { recursive: true }),
      }
    },
    { without: ['reset'] },
  )

if (!noOpenssl) {
  const authority = new Authority()
  after(() => authority.remove())
  const identity = { ...authority.issue(), ca: authority.cert }
  transportContract('tls', () => ({
    place: tls({ port: 0, ...identity }),
    again: ({ port }) => tls({ port: port!, ...identity }),
  }))
}
