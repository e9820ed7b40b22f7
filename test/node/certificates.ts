/** Authorities and certificates, made for one test run by the `openssl` command and gone with it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A reason to skip, or false. */
export const noOpenssl: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl command on this machine'

export interface Issued {
  readonly key: string
  readonly cert: string
}

export class Authority {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'wirewright-ca-'))
  readonly cert: string
  #issued = 0

  constructor(name = 'test authority') {
    this.#openssl(
      'req',
      '-x509',
      ...EC_KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    )
    this.cert = this.#read('ca.pem')
  }

  /** A certificate for a name; with `days` below 0 it has expired already. */
  issue({
    name = 'localhost',
    altNames = 'DNS:localhost,IP:127.0.0.1,IP:::1',
    days = 30,
    digest = 'sha256',
  } = {}): Issued {
    const id = `leaf${this.#issued++}`
    writeFileSync(join(this.folder, `${id}.ext`), `subjectAltName=${altNames}\n`)
    this.#openssl('req', ...EC_KEY, '-keyout', `${id}.key`, '-out', `${id}.csr`, '-subj', `/CN=${name}`)
    this.#openssl(
      ...['x509', '-req', '-in', `${id}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-out', `${id}.pem`, '-days', String(days), `-${digest}`, '-extfile', `${id}.ext`],
    )
    return { key: this.#read(`${id}.key`), cert: this.#read(`${id}.pem`) }
  }

  /** A certificate that is its own authority. */
  selfSigned(): Issued {
    const names = ['-subj', '/CN=self', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    this.#openssl('req', '-x509', ...EC_KEY, '-keyout', 'self.key', '-out', 'self.pem', '-days', '30', ...names)
    return { key: this.#read('self.key'), cert: this.#read('self.pem') }
  }

  /** The paths of a key and a certificate, for programs that want files. */
  files({ key, cert }: Issued): { key: string; cert: string; ca: string } {
    const id = `file${this.#issued++}`
    const paths = {
      key: join(this.folder, `${id}.key`),
      cert: join(this.folder, `${id}.pem`),
      ca: join(this.folder, 'ca.pem'),
    }
    writeFileSync(paths.key, key)
    writeFileSync(paths.cert, cert)
    return paths
  }

  /** The key of a certificate, encrypted. */
  encrypt(key: string, passphrase: string): string {
    return execFileSync('openssl', ['pkey', '-aes256', '-passout', `pass:${passphrase}`], {
      input: key,
      encoding: 'utf8',
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }

  #read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
