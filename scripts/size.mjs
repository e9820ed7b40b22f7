/**
 * What the entries weigh in a browser, bundled, minified and compressed, beside what they should. `npm run check` prints it,
 * and fails when one that was within its limit no longer is.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from './setup.mjs'

const ENTRIES = [
  { name: 'struct', limit: 6 * 1024, held: true, source: "export * from './dist/struct/index.js'" },
  {
    name: 'struct + codec',
    limit: 16 * 1024,
    held: false,
    source: "export * from './dist/struct/index.js'; export * as codec from './dist/codec/index.js'",
  },
  // What is left of it for somebody who describes his messages with these and nothing else.
  {
    name: 'one user',
    source:
      "export { struct } from './dist/struct/index.js'; export { array, record, string, u16, u32, u8, union } from './dist/codec/index.js'",
  },
  {
    name: 'one record',
    source: "export { array, record, string, u16, u32 } from './dist/codec/index.js'",
  },
]

for (const { name, limit, held, source } of ENTRIES) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false },
  })
  const minified = outputFiles[0].contents
  const size = gzipSync(minified, { level: 9 }).length
  const verdict = limit === undefined ? '' : `: ${size <= limit ? 'within' : 'MORE than'} the target of ${limit}`
  console.log(`  ${name.padEnd(14)} ${minified.length} bytes, ${size} compressed${verdict}`)
  if (held && size > limit) {
    console.error(`size: ${name} is ${size - limit} bytes over its limit of ${limit}; scripts/size.mjs measures it`)
    process.exitCode = 1
  }
}
