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
  ({ secretFile, digest }) => {
    const proof = challenge({ secret: readSecret(secretFile), digest })
    return service(
      auth,
      {},
      {
        endpoint: tcp({ host: '127.0.0.1', port: 8080 }),
        auth: proof,
        client: { auth: proof },
        opened: (connection) => void connection.close(),
        // Connected is granted: a refused client never gets this far.
        call: async ({ print }) => print('Access Granted'),
      },
    )
  },
)

/** Never from an argument, where every user of the machine could read it. */
function readSecret(file: string | undefined): Uint8Array {
  const secret = file === undefined ? Buffer.from(process.env.WIREWRIGHT_SECRET ?? '') : secretIn(file)
  if (secret.length > 0) return secret
  throw new ServiceUsageError('a secret is wanted: --secret-file FILE, or WIREWRIGHT_SECRET in the environment')
}

function secretIn(file: string): Uint8Array {
  try {
    // In Latin-1 every byte is a character: the secret need not be text.
    return Buffer.from(readFileSync(file, 'latin1').replace(/\r?\n$/, ''), 'latin1')
  } catch (error) {
    throw new ServiceUsageError(`the secret cannot be read: ${(error as Error).message}`)
  }
}
