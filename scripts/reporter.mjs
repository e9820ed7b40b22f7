/** Node's own report of a test run, and behind it the tests that were left out, each with its reason. */
import { relative } from 'node:path'
import { Readable } from 'node:stream'
import { spec as Spec } from 'node:test/reporters'

export default async function* report(events) {
  /** Names by reason and file. */
  const left = new Map()
  async function* seen() {
    for await (const event of events) {
      const { skip, name, file = '' } = event.data ?? {}
      if (event.type === 'test:pass' && skip !== undefined && skip !== false) {
        const where = relative('.', file).replace(/^\.build\/(.*)\.js$/, '$1.ts')
        const key = `${where}: ${skip === true ? 'skipped' : skip}`
        left.set(key, [...(left.get(key) ?? []), name])
      }
      yield event
    }
  }
  yield* Readable.from(seen()).pipe(new Spec())
  if (left.size === 0) return
  yield '\nleft out:\n'
  for (const [key, names] of left) yield `  ${key}\n${names.map((name) => `    ${name}\n`).join('')}`
}
