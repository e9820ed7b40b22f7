/** What OpenSSL means. Its own words name its own functions; these name what to look at. */
import type { TransportErrorCode } from '../transport/index.js'

const failed = (words: string): readonly [TransportErrorCode, string] => ['HANDSHAKE_FAILED', words]
const untrusted = (words: string): readonly [TransportErrorCode, string] => ['UNTRUSTED', words]

const NO_KEY_FITS = 'the two sides have no certificate or pre-shared key that suits both'
const WRONG_PSK = 'the two sides know different keys under that identity'

/** Our own code for a server that shows a certificate to a client which has a key. */
export const CERTIFICATE_INSTEAD_OF_KEY = 'CERTIFICATE_INSTEAD_OF_KEY'

/** By `error.code`, as Node and OpenSSL 3 spell them. An `ALERT` is what the other side told us. */
export const TLS_MEANINGS: ReadonlyMap<string, readonly [TransportErrorCode, string]> = new Map([
  // The certificate of the peer does not convince us.
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted('the peer’s certificate is self-signed and not among those in `ca`')],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted('the peer’s certificate was issued by an authority that is not in `ca`')],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted('the issuer of the peer’s certificate is not in `ca`')],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted('the issuer of the peer’s certificate is not in `ca`')],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    untrusted('the issuer of the peer’s certificate is not in `ca`, or the peer did not send the certificates between'),
  ],
  ['CERT_SIGNATURE_FAILURE', untrusted('the signature in the peer’s certificate is wrong')],
  ['CERT_HAS_EXPIRED', untrusted('the peer’s certificate has expired')],
  ['CERT_NOT_YET_VALID', untrusted('the peer’s certificate is not valid yet (or the clock of this machine is wrong)')],
  ['CERT_REVOKED', untrusted('the peer’s certificate has been revoked')],
  ['CERT_UNTRUSTED', untrusted('the peer’s certificate may not be used for this')],
  ['INVALID_PURPOSE', untrusted('the peer’s certificate may not be used for this')],
  ['INVALID_CA', untrusted('the peer’s certificate was issued by one that may not issue any')],
  ['HOSTNAME_MISMATCH', untrusted('the peer’s certificate is for another name')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted('the peer’s certificate is for another name')],
  ['ERR_SSL_CERTIFICATE_VERIFY_FAILED', untrusted('the peer’s certificate could not be verified')],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', untrusted('the client showed no certificate, and one is required')],
  // Ours does not convince the peer.
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', untrusted('the peer does not know the issuer of our certificate')],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', untrusted('the peer does not accept our certificate')],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', untrusted('the peer does not accept our certificate')],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', untrusted('the peer says that our certificate has expired')],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', untrusted('the peer says that our certificate has been revoked')],
  ['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', untrusted('the peer cannot use our kind of certificate')],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', untrusted('the peer requires a certificate from us (`key`, `cert`)')],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', untrusted('the peer refuses us')],
  // Pre-shared keys.
  ['ERR_SSL_BINDER_DOES_NOT_VERIFY', untrusted(WRONG_PSK)],
  ['ERR_SSL_DIGEST_CHECK_FAILED', untrusted(WRONG_PSK)],
  ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', untrusted(`${WRONG_PSK}, or bytes were changed on the way`)],
  ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', untrusted(`${WRONG_PSK}, or bytes were changed on the way`)],
  ['ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR', untrusted(WRONG_PSK)],
  ['ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER', untrusted(WRONG_PSK)],
  ['ERR_SSL_PSK_IDENTITY_NOT_FOUND', untrusted('that identity is not known')],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY', untrusted('the peer does not know our identity')],
  [CERTIFICATE_INSTEAD_OF_KEY, untrusted('the peer does not know the key `psk`, and shows a certificate instead')],
  ['ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM', failed(NO_KEY_FITS)],
  // Nothing in common.
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', failed(`the peer says: ${NO_KEY_FITS}, or no cipher does`)],
  ['ERR_SSL_NO_SHARED_CIPHER', failed('the two sides have no cipher in common')],
  ['ERR_SSL_NO_CERTIFICATE_SET', failed('there is no certificate to show')],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', failed('the peer speaks an older version of TLS than is allowed')],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', failed('the peer does not accept our version of TLS')],
  ['ERR_SSL_NO_APPLICATION_PROTOCOL', failed('none of the protocols the client offers (ALPN) is spoken here')],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', failed('the peer speaks none of the protocols in `alpn`')],
  ['ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME', failed('the peer serves nothing under that name')],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', failed('the peer serves nothing under that name')],
  // No TLS at all.
  ['ERR_SSL_WRONG_VERSION_NUMBER', failed('the peer does not speak TLS')],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', failed('the peer does not speak TLS')],
  ['ERR_SSL_UNEXPECTED_MESSAGE', failed('the peer breaks the rules of TLS')],
  ['ERR_SSL_HTTP_REQUEST', failed('the peer speaks plain HTTP')],
  ['ERR_SSL_HTTPS_PROXY_REQUEST', failed('the peer takes this for an HTTP proxy')],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', failed('the peer failed inside')],
])
