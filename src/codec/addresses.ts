/**
 * Identifiers and addresses that people write as text.
 *
 *   uuid      16 bytes      '123e4567-e89b-12d3-a456-426614174000'
 *   ipv4       4 bytes      '192.0.2.1'
 *   ipv6      16 bytes      '2001:db8::1'
 */
import { Form } from './leaf.js'
import {
  IPV4_BYTES,
  IPV6_BYTES,
  readIpv4,
  readIpv6,
  readUuid,
  UUID_BYTES,
  writeIpv4,
  writeIpv6,
  writeUuid,
} from './primitives/index.js'
import type { Schema } from './schema.js'

type Write = (text: string, target: Uint8Array, at: number) => boolean

function textForm(
  kind: string,
  size: number,
  what: string,
  read: (bytes: Uint8Array, at: number) => string,
  write: Write,
): Form {
  return new Form(kind, size, what, read, (value, target, at) => typeof value === 'string' && write(value, target, at))
}

/** A UUID (RFC 9562) in lower case; encoding takes either case. */
export const uuid: Schema<string, string, 16> = /* @__PURE__ */ textForm(
  'uuid',
  UUID_BYTES,
  'a UUID',
  readUuid,
  writeUuid,
)
/** An IPv4 address in dotted decimal. */
export const ipv4: Schema<string, string, 4> = /* @__PURE__ */ textForm(
  'ipv4',
  IPV4_BYTES,
  'an IPv4 address',
  readIpv4,
  writeIpv4,
)
/** An IPv6 address in its canonical text form (RFC 5952). */
export const ipv6: Schema<string, string, 16> = /* @__PURE__ */ textForm(
  'ipv6',
  IPV6_BYTES,
  'an IPv6 address',
  readIpv6,
  writeIpv6,
)
