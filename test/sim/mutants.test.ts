/** Do the worlds notice? Defects that somebody had, planted in a copy of the library. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Garden, MUTANTS } from './mutants.js'

describe('the simulated worlds find', () => {
  let garden: Garden
  before(() => {
    garden = new Garden()
  })
  after(() => garden.remove())
  for (const mutant of MUTANTS)
    it(`${mutant.defect} (${mutant.source})`, (t) => {
      const finding = garden.grow(mutant, 500)
      assert.ok(finding, 'no seed gave it away')
      t.diagnostic(finding)
    })
})
