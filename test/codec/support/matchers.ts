/** What `assert.throws` is asked about errors of this floor: their code, and where the field says that it happened. */
import { CodecError, type CodecErrorCode, DecodeError, type DecodeErrorCode } from 'wirewright/codec'

interface Place {
  readonly path?: string
  readonly offset?: number
  readonly message?: RegExp
}

function matches(error: CodecError | DecodeError, code: string, { path, offset, message }: Place): boolean {
  return (
    error.code === code &&
    (path === undefined || error.path === path) &&
    (offset === undefined || error.offset === offset) &&
    (message === undefined || message.test(error.message))
  )
}

/** A value, or a definition, that was refused. */
export const refusal =
  (code: CodecErrorCode, place: Place = {}) =>
  (error: unknown): boolean =>
    error instanceof CodecError && matches(error, code, place)

/** Bytes that were refused. */
export const damage =
  (code: DecodeErrorCode, place: Place = {}) =>
  (error: unknown): boolean =>
    error instanceof DecodeError && matches(error, code, place)
