/**
 * What can be wrong with a value ({@link CodecError}: our own program's fault) or with bytes ({@link DecodeError}: the peer's).
 *
 *   samples[3] at byte 27: 70000 does not fit u16 (0 … 65535)
 *   label at byte 10: needs 12 bytes, 4 are left
 */
import { showText } from '../bytes/index.js'
import { PeerError, UsageError } from '../errors.js'

/**
 * - `BAD_DEFINITION`: the codec itself makes no sense
 * - `WRONG_TYPE`: a value of the wrong kind, such as a string for a number
 * - `OUT_OF_RANGE`: a number that does not fit, a name that an enumeration lacks
 * - `WRONG_LENGTH`: too many or too few bytes, characters or elements
 * - `BAD_TEXT`: a character that the encoding cannot represent, or that would end the text early
 * - `MISMATCH`: a length, count, tag, constant or checksum was given and is not what the rest of the value says
 * - `UNRESOLVED`: a reference leads nowhere: no such field, header, state or ask
 * - `TOO_DEEP`: nested too deeply, or a value that contains itself
 * - `NO_ROOM`: the target is too short, or a range of bytes lies outside of the array
 * - `REFUSED`: the user's own function or schema said no; `cause` has its reason
 * - `ENDLESS`: nothing in the bytes would tell where a value ends
 */
export type CodecErrorCode =
  | 'BAD_DEFINITION'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'WRONG_LENGTH'
  | 'BAD_TEXT'
  | 'MISMATCH'
  | 'UNRESOLVED'
  | 'TOO_DEEP'
  | 'NO_ROOM'
  | 'REFUSED'
  | 'ENDLESS'

/** A value that cannot be encoded, or a codec that cannot be. */
export class CodecError extends UsageError<CodecErrorCode> {
  /** As one would write it in TypeScript: `samples[3].hz`. Empty for the value itself. */
  readonly path: string
  /** Bytes of the message before the field. */
  readonly offset: number

  constructor(code: CodecErrorCode, message: string, path = '', offset = 0, options?: { cause?: unknown }) {
    super(code, where(path, offset, message), options)
    this.path = path
    this.offset = offset
  }
}

/**
 * - `TRUNCATED`: the bytes end before the value does
 * - `TRAILING_BYTES`: the value ends before the bytes do
 * - `BAD_VALUE`: bytes that mean nothing here
 * - `BAD_LENGTH`: a length, count or offset that cannot be
 * - `BAD_TEXT`: bytes that are no text in their encoding
 * - `BAD_CHECKSUM`: a checksum that is not that of the bytes
 * - `TOO_DEEP`: nested too deeply
 * - `TOO_MANY`: more than the bytes that arrived can justify
 * - `REFUSED`: the user's own function or schema said no; `cause` has its reason
 */
export type DecodeErrorCode =
  | 'TRUNCATED'
  | 'TRAILING_BYTES'
  | 'BAD_VALUE'
  | 'BAD_LENGTH'
  | 'BAD_TEXT'
  | 'BAD_CHECKSUM'
  | 'TOO_DEEP'
  | 'TOO_MANY'
  | 'REFUSED'

/** Bytes that are no value of the codec. */
export class DecodeError extends PeerError<DecodeErrorCode> {
  /** As one would write it in TypeScript: `samples[3].hz`. Empty for the message itself. */
  readonly path: string
  /** Where the damage is, counted from the start of the message. */
  readonly offset: number

  constructor(code: DecodeErrorCode, message: string, path = '', offset = 0, options?: { cause?: unknown }) {
    super(code, where(path, offset, message), options)
    this.path = path
    this.offset = offset
  }
}

/** A message that says where. */
export function where(path: string, offset: number, message: string): string {
  return path || offset ? `${path || 'message'} at byte ${offset}: ${message}` : message
}

/** The codec makes no sense. */
export function badDefinition(message: string): CodecError {
  return new CodecError('BAD_DEFINITION', message)
}

/** A value in words, safe to print, without running any code of its own. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `"${showText(value.slice(0, 64))}${value.length > 64 ? '…' : ''}"`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : value instanceof Uint8Array ? 'bytes' : 'an object'
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}
