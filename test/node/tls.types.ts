/** What a TLS endpoint can do follows from what it has, and the compiler knows it. */
import { tcp, tls, udp, unix } from 'wirewright/node'
import type { Connectable, Listenable } from 'wirewright/transport'

type Is<T, U> = T extends U ? true : false
type Expect<T extends true> = T
type Not<T extends false> = T

const [key, cert, ca] = ['', '', '']
const psk = { identity: 'a', key: new Uint8Array(32) }
const pskKey = (): undefined => undefined

const trusting = tls({ port: 1, ca })
const publicly = tls({ host: 'example.com', port: 443 })
const serving = tls({ port: 1, key, cert })
const both = tls({ port: 1, key, cert, ca })
const keyed = tls({ port: 1, psk })
const keyServing = tls({ port: 1, pskKey })
const keyBoth = tls({ port: 1, pskKey, psk })

export type Cases = [
  Expect<Is<typeof trusting, Connectable>>,
  Not<Is<typeof trusting, Listenable>>,
  Expect<Is<typeof publicly, Connectable>>,
  Not<Is<typeof publicly, Listenable>>,
  Expect<Is<typeof serving, Listenable>>,
  Not<Is<typeof serving, Connectable>>,
  Expect<Is<typeof both, Listenable & Connectable>>,
  Expect<Is<typeof keyed, Connectable>>,
  Not<Is<typeof keyed, Listenable>>,
  Expect<Is<typeof keyServing, Listenable>>,
  Not<Is<typeof keyServing, Connectable>>,
  Expect<Is<typeof keyBoth, Listenable & Connectable>>,
]

const listen = (_place: Listenable): void => {}
// @ts-expect-error a client has nothing to show
listen(tls({ port: 1, ca }))
// @ts-expect-error a key without its certificate
listen(tls({ port: 1, key }))
// @ts-expect-error there is no way to accept any certificate
tls({ port: 1, rejectUnauthorized: false })
for (const place of [tcp({ port: 1 }), unix({ path: 'x' }), udp({ port: 1 })]) listen(place)
