/** What `wirewright fetch` does. */
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, realpathSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Transform, Writable } from 'node:stream'
import { showText } from '../../bytes/index.js'
import { download, type Page } from '../download.js'
import { CommandError, EXIT, usageError } from '../exit.js'
import { fileTrouble } from '../files.js'
import { endQuietly } from '../signals.js'
import { say } from '../terminal.js'
import { cutAtEnd, textLines } from '../text.js'
import { milliseconds } from '../time.js'

interface FetchFlags {
  readonly output?: string
  readonly ca?: string
  readonly timeout?: string
  readonly maxRedirects: number
  readonly maxSize: number
}

export async function run(url: string, { output, ca, timeout, maxRedirects, maxSize }: FetchFlags): Promise<void> {
  let tidy = (): void => {}
  endQuietly(() => tidy())
  const timeoutMs = milliseconds(timeout) ?? 30_000
  if (output !== undefined) checkPlace(output)
  const page = await download(url, { ca, timeoutMs, maxRedirects, maxSize })
  try {
    await printHead(page, output === undefined ? process.stderr : process.stdout)
    if (page.redirects >= maxRedirects && page.status >= 300 && page.status < 400)
      throw new CommandError(
        EXIT.other,
        `the server redirects more than ${maxRedirects} times: --max-redirects allows more`,
      )
    if (page.status >= 300) throw new CommandError(EXIT.other, `the server answered ${page.status}: nothing saved`)
    if (output === undefined) await print(page)
    else
      await saveWhole(page, output, (remove) => {
        tidy = remove
      })
  } finally {
    await page.close()
  }
}

async function printHead({ version, status, statusText, headers }: Page, stream: NodeJS.WriteStream): Promise<void> {
  const lines = [`${version} ${status} ${statusText}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  stream.write(lines.map((line) => `${showText(line)}\n`).join(''))
}

/** As it is, unless that would let it command a terminal. */
async function print(page: Page): Promise<void> {
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => void process.stdout.write(chunk, () => done()),
  })
  if (!process.stdout.isTTY) return page.save(out)
  let rest = Buffer.alloc(0)
  const shown = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([rest, chunk])
      const end = bytes.length - cutAtEnd(bytes)
      rest = bytes.subarray(end)
      done(null, textLines(bytes.subarray(0, end)))
    },
    flush: (done) => done(null, textLines(rest)),
  })
  shown.pipe(out)
  await page.save(shown)
}

/** Before anything is asked of anybody. @throws {CommandError} exit code 2 */
function checkPlace(output: string): void {
  const folder = dirname(output)
  if (!existsSync(folder)) throw usageError(`--output: there is no directory '${folder}'`)
  if (existsSync(output) && statSync(output).isDirectory())
    throw usageError(
      `--output: '${output}' is a directory, and the name of a file is wanted, such as ${join(output, 'page.html')}`,
    )
}

/** The file that bears the name, links followed, or will; undefined where that is a device, a pipe, a link to nothing. */
function replaceable(output: string): string | undefined {
  if (!lstatSync(output, { throwIfNoEntry: false })) return output
  return statSync(output, { throwIfNoEntry: false })?.isFile() ? realpathSync(output) : undefined
}

/**
 * Beside its place first, then into it: whoever looks finds the old file or the whole new one. `begun` is told how to remove
 * what must not be left behind.
 */
async function saveWhole(page: Page, name: string, begun: (tidy: () => void) => void): Promise<void> {
  const output = replaceable(name)
  if (output === undefined) return saveInto(page, name)
  const part = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString('hex')}.part`)
  const tidy = (): void => rmSync(part, { force: true })
  begun(tidy)
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
    const { syscall } = error as NodeJS.ErrnoException
    throw syscall === 'open' || syscall === 'rename'
      ? usageError(`--output: ${fileTrouble(error, output)}`, { cause: error })
      : error
  } finally {
    progress.clear()
  }
  say(`wirewright: ${saved} bytes came, ${written} are saved in ${name}`)
}

/** As it comes: what is no file cannot be replaced by one. */
async function saveInto(page: Page, output: string): Promise<void> {
  try {
    await page.save((await open(output, 'w')).createWriteStream())
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : usageError(`--output: ${fileTrouble(error, output)}`, { cause: error })
  }
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
