/** Frames on standard output: a table of fields, annotated hexadecimal, JSON, a dump, text, or the bytes themselves. */
import { type Command, Option } from 'commander'
import { usageError } from './exit.js'
import { type Row, titleOf } from './fields.js'
import { hexdump, xxd } from './hex-dump.js'
import { showValue, toJson } from './show-value.js'
import { paint } from './terminal.js'
import { textFromBytes } from './text.js'

export const PRINTED = ['table', 'annotate', 'json', 'hexdump', 'xxd', 'hex', 'text', 'raw'] as const
export type Printed = (typeof PRINTED)[number]

export interface PrintFlags {
  readonly print?: Printed
  readonly json?: boolean
  readonly annotate?: boolean
}

export function withPrintFlags(command: Command): Command {
  return command
    .addOption(new Option('--print <how>', 'how frames are printed').choices([...PRINTED]))
    .option('--json', 'a JSON object a line, the same as --print json (wirewright help json)')
    .option('--annotate', 'every byte with what it says, the same as --print annotate')
}

/** What there is to say about one frame. */
export interface Frame {
  /** When, in nanoseconds since 1970, as a string. Frames that were captured elsewhere have none. */
  readonly t?: string
  readonly conn?: number
  readonly dir?: 'in' | 'out'
  /** Which one it is, from 1. */
  readonly number: number
  /** Where it begins in the input; 0 for one that came over a socket. */
  readonly offset: number
  /** All its bytes, those of the framing included, when they are at hand. */
  readonly whole: Uint8Array
  readonly body: Uint8Array
  readonly message: string | undefined
  /** Undefined when nothing is known about what it holds. Offsets count from where `whole` would begin, plus `offset`. */
  readonly rows: readonly Row[] | undefined
  readonly error: string | undefined
}

/** @throws {CommandError} exit code 2 */
export function printerFor(flags: PrintFlags, hasFields: boolean): (frame: Frame) => void {
  const chosen = [flags.print, flags.json && 'json', flags.annotate && 'annotate'].filter(Boolean) as Printed[]
  if (new Set(chosen).size > 1) throw usageError(`--print ${chosen.join(' and ')}: one of them`)
  const how = chosen[0] ?? (hasFields ? 'table' : 'hexdump')
  if ((how === 'table' || how === 'annotate') && !hasFields)
    throw usageError(`--print ${how} needs to know what a frame holds: add --format or --module`)
  if (how === 'raw' && process.stdout.isTTY)
    throw usageError('--print raw would let received bytes command your terminal: send it to a file or a pipe')
  const print = PRINTERS[how]
  return (frame) => void process.stdout.write(print(frame))
}

const PRINTERS: Readonly<Record<Printed, (frame: Frame) => string | Uint8Array>> = {
  table,
  annotate,
  json: (frame) => `${json(frame)}\n`,
  hexdump: ({ body }) => hexdump(body),
  xxd: ({ body }) => xxd(body),
  hex: ({ body }) => `${Buffer.from(body).toString('hex')}\n`,
  text: ({ body }) => `${textFromBytes(body)}\n`,
  raw: ({ body }) => body,
}

function json({ t, conn, dir, offset, message, body, rows, error }: Frame): string {
  return toJson({
    v: 1,
    ...(t === undefined ? { offset } : { t, conn, dir }),
    msg: message ?? null,
    len: body.length,
    hex: body,
    ...(rows && {
      fields: rows
        .filter(({ part }) => part === 'field')
        .map(({ path, offset, length, bits, value, error }) => ({
          ...{ path, offset, length },
          ...(bits && { bits }),
          ...(error === undefined ? { value: value ?? null } : { error }),
        })),
    }),
    ...(error !== undefined && { error }),
  })
}

const MOST_BYTES_SHOWN = 8

function table(frame: Frame): string {
  const { strong, faint, name, bad } = paint(process.stdout)
  const rows = frame.rows ?? []
  const cells = rows.map((row) => [
    String(row.offset),
    row.bits ? `${row.bits.count} bit${row.bits.count === 1 ? '' : 's'}` : String(row.length),
    spaced(slice(frame, row), MOST_BYTES_SHOWN),
    titleOf(row),
    row.error === undefined ? (row.value === undefined ? '' : showValue(row.value)) : row.error,
  ])
  const titles = ['offset', 'length', 'bytes', 'field', 'value']
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[], styles: readonly ((text: string) => string)[]): string =>
    row
      .map((cell, i) => {
        const padded = i < 2 ? cell.padStart(widths[i]!) : i < 4 ? cell.padEnd(widths[i]!) : cell
        return styles[i]!(padded)
      })
      .join('  ')
      .trimEnd()
  const plain = (text: string): string => text
  const title = [
    `frame ${frame.number}`,
    ...(frame.message === undefined ? [] : [frame.message]),
    `${frame.body.length} bytes`,
  ].join(', ')
  return [
    strong(title),
    faint(line(titles, [plain, plain, plain, plain, plain])),
    ...cells.map((row, i) =>
      line(row, [faint, faint, plain, rows[i]!.part === 'field' ? name : faint, rows[i]!.error ? bad : plain]),
    ),
    '',
  ]
    .map((text) => `${text}\n`)
    .join('')
}

/** Every byte once, and behind it what it says. */
function annotate(frame: Frame): string {
  const { faint, name, bad } = paint(process.stdout)
  let text = ''
  let printed = -1
  for (const row of frame.rows ?? []) {
    const bytes = slice(frame, row)
    const what =
      row.part === 'field'
        ? row.error === undefined
          ? `${name(row.path)}${row.bits ? ` (${showBits(row.bits)})` : ''} = ${row.value === undefined ? 'nothing' : showValue(row.value)}`
          : `${row.path ? `${name(row.path)}: ` : ''}${bad(row.error)}`
        : faint(titleOf(row))
    // Fields that share a byte: it is printed with the first of them.
    const isShared = row.offset + Math.max(1, bytes.length) <= printed
    for (let at = 0; at === 0 || at < bytes.length; at += 16) {
      const line = isShared ? new Uint8Array() : bytes.subarray(at, at + 16)
      const offset = (row.offset + at).toString(16).padStart(8, '0')
      text +=
        `${isShared ? ' '.repeat(8) : faint(offset)}  ${spaced(line, 16).padEnd(47)}${at === 0 ? `  ${what}` : ''}`.trimEnd()
      text += '\n'
      if (isShared) break
    }
    printed = Math.max(printed, row.offset + bytes.length)
  }
  return text
}

function showBits({ first, count }: NonNullable<Row['bits']>): string {
  return count === 1 ? `bit ${first}` : `bits ${first} to ${first + count - 1}`
}

function slice({ whole, offset }: Frame, row: Row): Uint8Array {
  return whole.subarray(row.offset - offset, row.offset - offset + row.length)
}

function spaced(bytes: Uint8Array, most: number): string {
  const shown = Array.from(bytes.subarray(0, most), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return bytes.length > most ? `${shown} …` : shown
}
