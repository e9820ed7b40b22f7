/** `wirewright fetch`: a page over a plain socket of ours, whole or not at all. */
import type { Command } from 'commander'
import { command, count } from '../command.js'
import type { Page } from '../download.js'

interface FetchFlags {
  readonly output?: string
  readonly ca?: string
  readonly timeout?: string
  readonly maxRedirects: number
}

export function fetchCommand(): Command {
  return command('fetch', [
    ['wirewright fetch http://127.0.0.1:8000/ --output page.html', 'prints the headers, saves the page'],
    [
      'wirewright fetch http://127.0.0.1:8000/data.json | head -c 100',
      'the page on standard output, the headers beside it',
    ],
    [
      'wirewright fetch https://localhost:8443/ --ca cert.pem --output page.html',
      'over TLS, by a certificate of your own',
    ],
  ])
    .description(
      'Download a page over a socket of ours: HTTP/1.1, redirects followed, gzip, deflate and brotli inflated. ' +
        'The file is there when all of it has come, and not before.',
    )
    .argument('<url>', 'http://… or https://…')
    .option('--output <file>', 'where to save the body (default: standard output)')
    .option('--ca <file>', 'whose certificates are accepted, in PEM')
    .option('--timeout <time>', 'how long the server may be silent: 5, 5s, 500ms (default: 30s)')
    .option('--max-redirects <n>', 'how many redirects are followed', count, 10)
    .action(run)
}

async function run(url: string, { output, ca, timeout, maxRedirects }: FetchFlags): Promise<void> {
  const [{ download }, { CommandError, EXIT }, { milliseconds }] = await Promise.all([
    import('../download.js'),
    import('../exit.js'),
    import('../time.js'),
  ])
  const timeoutMs = (await milliseconds(timeout)) ?? 30_000
  const page = await download(url, { ca, timeoutMs, maxRedirects })
  try {
    await printHead(page, output === undefined ? process.stderr : process.stdout)
    if (page.status >= 300) throw new CommandError(EXIT.other, `the server answered ${page.status}: nothing saved`)
    if (output === undefined) await print(page)
    else await saveWhole(page, output)
  } finally {
    await page.close()
  }
}

async function printHead({ status, statusText, headers }: Page, stream: NodeJS.WriteStream): Promise<void> {
  const { showText } = await import('../../bytes/index.js')
  const lines = [`HTTP/1.1 ${status} ${statusText}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  stream.write(lines.map((line) => `${showText(line)}\n`).join(''))
}

/** As it is, unless that would let it command a terminal. */
async function print(page: Page): Promise<void> {
  const [{ Transform, Writable }, { textLines }] = await Promise.all([import('node:stream'), import('../values.js')])
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => void process.stdout.write(chunk, () => done()),
  })
  if (!process.stdout.isTTY) return page.save(out)
  const shown = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, textLines(chunk)),
  })
  shown.pipe(out)
  await page.save(shown)
}

/** Beside its place first, then into it: whoever looks finds the old file or the whole new one. */
async function saveWhole(page: Page, output: string): Promise<void> {
  const [
    { rmSync },
    { open, rename },
    { dirname, join, basename },
    { randomBytes },
    { endQuietly },
    { usageError },
    { say },
  ] = await Promise.all([
    import('node:fs'),
    import('node:fs/promises'),
    import('node:path'),
    import('node:crypto'),
    import('../signals.js'),
    import('../exit.js'),
    import('../terminal.js'),
  ])
  const part = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString('hex')}.part`)
  const tidy = (): void => rmSync(part, { force: true })
  endQuietly(tidy)
  let saved = 0
  let written = 0
  const progress = progressLine(page.length)
  try {
    const file = (await open(part, 'wx')).createWriteStream()
    await page.save(file, (bytes) => {
      saved = bytes
      progress.show(bytes)
    })
    written = file.bytesWritten
    await rename(part, output)
  } catch (error) {
    tidy()
    const { syscall, message } = error as NodeJS.ErrnoException
    throw syscall === 'open' || syscall === 'rename' ? usageError(`--output: ${message}`, { cause: error }) : error
  } finally {
    progress.clear()
  }
  say(`wirewright: ${saved} bytes came, ${written} are saved in ${output}`)
}

/** A line that counts, on a terminal only. */
function progressLine(total: number | undefined): { show(bytes: number): void; clear(): void } {
  if (!process.stderr.isTTY) return { show() {}, clear() {} }
  let shownAt = 0
  return {
    show(bytes) {
      const now = performance.now()
      if (now - shownAt < 100) return
      shownAt = now
      process.stderr.write(`\r${bytes} bytes${total ? `, ${Math.floor((100 * bytes) / total)} %` : ''}`)
    },
    clear: () => void (shownAt > 0 && process.stderr.write('\r\x1b[K')),
  }
}
