/** Decoded values as text that no terminal obeys, and as JSON of a stable shape. */
import { isPrintable, showText } from '../bytes/index.js'
import { quotedBytes } from './text.js'

/** For people: text and bytes quoted, with `\xNN` for what is not printable. */
export function showValue(value: unknown): string {
  if (value instanceof Uint8Array) return quotedBytes(value)
  if (typeof value === 'string') return `"${showText(value).replaceAll('"', '\\"')}"`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'object' && value !== null) return toReadableJson(value)
  return String(value)
}

/**
 * One line of JSON, ASCII only: bigints and numbers that JSON cannot say (`NaN`, `Infinity`) as strings, bytes as
 * hexadecimal, times as ISO 8601, maps as lists of pairs.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(plain(value)).replace(/[\x7f-\uffff]/g, jsonEscape)
}

/** The same for people: what is printable stays, in every script. */
export function toReadableJson(value: unknown): string {
  return JSON.stringify(plain(value)).replace(/[^\x20-\x7e]/gu, (char) => (isPrintable(char) ? char : jsonEscape(char)))
}

function jsonEscape(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  )
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Map) return Array.from(value, ([key, item]) => [plain(key), plain(item)])
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown as unknown[], plain)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
  return value
}
