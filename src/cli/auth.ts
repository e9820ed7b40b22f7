/** `--auth challenge:sha256` or `--auth multiprocessing`, with a secret that no argument shows. */
import { type Command, Option } from 'commander'
import type { Authentication } from '../auth/index.js'
import type { PlaintextConsent } from '../connection/index.js'
import type { Digest } from '../env.js'
import { usageError } from './exit.js'
import { fileBytes } from './files.js'

const CONSENT: PlaintextConsent = 'whoever is in between may read and take over'

export interface AuthFlags {
  readonly auth?: string
  readonly secretFile?: string
  readonly plaintext?: PlaintextConsent
}

export function withAuthFlags(command: Command): Command {
  return command
    .option('--auth <scheme>', 'challenge:DIGEST (such as challenge:sha256), or multiprocessing')
    .option('--secret-file <file>', 'the secret, less a line end (or WIREWRIGHT_SECRET in the environment)')
    .addOption(
      new Option(
        '--plaintext <consent>',
        'authenticate over plain TCP or UDP beyond this machine; it takes the words that say what that means',
      ).choices([CONSENT]),
    )
}

/** What the flags say, for clients and servers; undefined without `--auth`. @throws {CommandError} exit code 2 */
export async function authentication({ auth, secretFile }: AuthFlags): Promise<Authentication | undefined> {
  if (auth === undefined) {
    if (secretFile !== undefined)
      throw usageError('--secret-file goes with --auth challenge:sha256 or --auth multiprocessing')
    return undefined
  }
  const { challenge, MAC_LENGTH, multiprocessing } = await import('../auth/index.js')
  const [scheme, digest = ''] = auth.split(':', 2)
  const digests = Object.keys(MAC_LENGTH)
  if (scheme === 'multiprocessing' && (digest === '' || digest === 'md5'))
    return multiprocessing({ authkey: secret(secretFile), allowMd5: digest === 'md5' })
  if (scheme === 'challenge' && digests.includes(digest))
    return challenge({ secret: secret(secretFile), digest: digest as Digest })
  throw usageError(
    `--auth '${auth}' is no scheme: write challenge:DIGEST with one of ${digests.join(', ')}; multiprocessing; or multiprocessing:md5 for Python before 3.12`,
  )
}

/** What the library wants to be told, in its own words. */
export function consent({ plaintext }: AuthFlags): { plaintext?: PlaintextConsent } {
  return plaintext === undefined ? {} : { plaintext }
}

/** Never from an argument, where every user of the machine could read it. */
function secret(file: string | undefined): Uint8Array {
  const given = file === undefined ? Buffer.from(process.env.WIREWRIGHT_SECRET ?? '') : secretIn(file)
  if (given.length > 0) return given
  throw usageError(
    file === undefined
      ? 'a secret is wanted: --secret-file FILE, or WIREWRIGHT_SECRET in the environment; `wirewright keygen --output FILE` makes one'
      : `the secret in ${file} is empty`,
  )
}

function secretIn(file: string): Uint8Array {
  const bytes = fileBytes('--secret-file', file)
  const end = bytes.at(-1) !== 0x0a ? bytes.length : bytes.at(-2) === 0x0d ? bytes.length - 2 : bytes.length - 1
  return bytes.subarray(0, end)
}
