export { IPV4_BYTES, IPV6_BYTES, readIpv4, readIpv6, writeIpv4, writeIpv6 } from '../../bytes/index.js'
export {
  dateFromUnixMillis,
  dateFromUnixNanos,
  dateFromUnixSeconds,
  ntpFromUnixNanos,
  unixNanos,
  unixNanosFromNtp,
  unixSeconds,
} from './time.js'
export { readUuid, UUID_BYTES, writeUuid } from './uuid.js'
