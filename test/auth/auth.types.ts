/** What the compiler makes of authentication: no default digest, and steps told apart by their type. */
import { type AuthError, type AuthStep, challenge, type Identity, multiprocessing, Secret } from 'wirewright/auth'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_T extends true>(): void => {}

export function types(step: AuthStep): void {
  challenge({ secret: 'text', digest: 'sha256' })
  challenge({ secret: new Secret('text'), digest: 'md5', granted: new Uint8Array(0) })
  // @ts-expect-error which digest must be said
  challenge({ secret: 'text' })
  // @ts-expect-error no such digest
  challenge({ secret: 'text', digest: 'sha-256' })
  // @ts-expect-error a secret that may be missing, such as an environment variable, is looked at first
  challenge({ secret: undefined as string | undefined, digest: 'sha256' })
  multiprocessing({ authkey: new Uint8Array(16) })
  // @ts-expect-error a key is needed
  multiprocessing({ allowMd5: true })

  if (step.type === 'done') expect<Equal<typeof step.identity, Identity | undefined>>()
  if (step.type === 'failed') expect<Equal<typeof step.error, AuthError>>()
  if (step.type === 'mac') {
    expect<Equal<typeof step.key, Secret>>()
    // @ts-expect-error the bytes are had by saying so
    step.key.length
  }
}
