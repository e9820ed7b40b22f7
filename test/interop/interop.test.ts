/** The mission's table: every tutorial against its Python original, both ways. */
import { describe, it } from 'node:test'
import { noPython } from '../support/python.js'
import { rows } from './matrix.js'

describe('interop with Python', () => {
  for (const { service, direction, manner, run } of rows)
    it(`${service}: ${direction}, ${manner}`, { skip: noPython }, run)
})
