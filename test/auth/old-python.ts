/** The handshake as CPython has it until 3.11: a challenge of 20 bytes, HMAC-MD5 over whatever stands behind "#CHALLENGE#". */
import {
  AuthError,
  type Authentication,
  defineAuthentication,
  hear,
  mac,
  type Need,
  random,
  Secret,
  timingSafeEqual,
} from 'wirewright/auth'
import type { Output } from '#floor/bytes'
import { frame } from './drive.js'

type Part = Generator<Need, void, Uint8Array>

export function oldPython(authkey: string): Authentication {
  const key = new Secret(authkey)

  function* hearFrame(): Generator<Need, Uint8Array, Uint8Array> {
    const head = yield hear(4, 'a length')
    return yield hear(new DataView(head.buffer, head.byteOffset).getInt32(0), 'a payload')
  }

  function* deliver(output: Output): Part {
    const message = yield random(20)
    output.append(frame('#CHALLENGE#', message))
    const response = yield* hearFrame()
    const isRight = timingSafeEqual(response, yield mac('md5', key, message))
    output.append(frame(isRight ? '#WELCOME#' : '#FAILURE#'))
    if (!isRight) throw new AuthError('AUTH_FAILED', 'digest received was wrong')
  }

  function* answer(output: Output): Part {
    const message = (yield* hearFrame()).slice('#CHALLENGE#'.length)
    output.append(frame(yield mac('md5', key, message)))
    const verdict = Buffer.from(yield* hearFrame()).toString('latin1')
    if (verdict !== '#WELCOME#') throw new AuthError('AUTH_REFUSED', 'digest sent was rejected')
  }

  return defineAuthentication('old python', {
    *server(output) {
      yield* deliver(output)
      yield* answer(output)
    },
    *client(output) {
      yield* answer(output)
      yield* deliver(output)
    },
  })
}
