/**
 * Auth: the server asks, the client shows that it knows the secret, and that is all.
 *
 *   server ─▶ 32 random bytes
 *   client ─▶ HMAC(secret, those 32 bytes)
 *   server ─▶ Access Granted, and closes; a wrong answer is closed without a word
 *
 * It proves that the client knew the secret at that moment, and nothing about what comes after: whoever sits in between can
 * wait for the grant and then speak as the client. Put TLS beneath it, or keep it on this machine.
 */
import { readFileSync } from 'node:fs'
import { choice, chunks, configurable, protocol, ServiceUsageError, service, text } from 'wirewright'
import { challenge } from 'wirewright/auth'
import { tcp } from 'wirewright/node'

export const auth = protocol('auth', { framing: chunks() })

export default configurable(
  {
    secretFile: text('a file with the secret (or WIREWRIGHT_SECRET in the environment)', { value: '<file>' }),
    digest: choice('the digest of the HMAC', ['sha256', 'sha512', 'sha1', 'md5']),
  },
  ({ secretFile, digest }) =>
    service(
      auth,
      {},
      {
        endpoint: tcp({ host: '127.0.0.1', port: 8080 }),
        auth: challenge({ secret: readSecret(secretFile), digest }),
        opened: (connection) => void connection.close(),
        // Connected is granted: a refused client never gets this far.
        call: async ({ print }) => print('Access Granted'),
      },
    ),
)

/** From a file or the environment: an argument could be read by every user of the machine. */
function readSecret(file: string | undefined): Buffer {
  // In Latin-1 every byte is a character: a secret need not be text. A line end behind it is the editor's.
  const secret = file
    ? Buffer.from(readFileSync(file, 'latin1').replace(/\r?\n$/, ''), 'latin1')
    : Buffer.from(process.env.WIREWRIGHT_SECRET ?? '')
  if (secret.length > 0) return secret
  throw new ServiceUsageError('a secret is wanted: --secret-file FILE, or WIREWRIGHT_SECRET in the environment')
}
