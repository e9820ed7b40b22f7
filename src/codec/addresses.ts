/**
 * Identifiers and addresses that people write as text.
 *
 *   uuid      16 bytes      '123e4567-e89b-12d3-a456-426614174000'
 *   ipv4       4 bytes      '192.0.2.1'
 *   ipv6      16 bytes      '2001:db8::1'
 */
import type { Description } from '../codec.js'
import { Leaf } from './leaf.js'
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

class TextForm extends Leaf {
  readonly kind: string
  readonly size: number
  protected readonly what: string
  protected override readonly get: (bytes: Uint8Array, at: number) => string
  protected override readonly put: (value: unknown, target: Uint8Array, at: number) => boolean

  constructor(
    kind: string,
    size: number,
    what: string,
    get: (bytes: Uint8Array, at: number) => string,
    put: (text: string, target: Uint8Array, at: number) => boolean,
  ) {
    super()
    this.kind = kind
    this.size = size
    this.what = what
    this.get = get
    this.put = (value, target, at) => typeof value === 'string' && put(value, target, at)
  }
  describe(): Description {
    return { kind: this.kind }
  }
}

/** A UUID (RFC 9562) in lower case; encoding takes either case. */
export const uuid: Schema<string, string, 16> = /* @__PURE__ */ new TextForm(
  'uuid',
  UUID_BYTES,
  'a UUID',
  readUuid,
  writeUuid,
)
/** An IPv4 address in dotted decimal. */
export const ipv4: Schema<string, string, 4> = /* @__PURE__ */ new TextForm(
  'ipv4',
  IPV4_BYTES,
  'an IPv4 address',
  readIpv4,
  writeIpv4,
)
/** An IPv6 address in its canonical text form (RFC 5952). */
export const ipv6: Schema<string, string, 16> = /* @__PURE__ */ new TextForm(
  'ipv6',
  IPV6_BYTES,
  'an IPv6 address',
  readIpv6,
  writeIpv6,
)
