/** The tests of the character encodings once more, as a browser would run them: without Buffer's own functions. */
import assert from 'node:assert/strict'
import { it } from 'node:test'

const { Buffer } = globalThis
Reflect.deleteProperty(globalThis, 'Buffer')
const { native } = (await import(new URL('../../../dist/bytes/native-text.js', import.meta.url).href)) as {
  native: unknown
}
await import('./text.test.js')
globalThis.Buffer = Buffer

it('has run on TextDecoder and TextEncoder alone', () => {
  assert.equal(native, undefined)
})
