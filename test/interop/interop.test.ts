/** The small version of the table that `npm run interop` prints whole. */
import { describe, it } from 'node:test'
import { noPython } from '../support/python.js'
import { HEADINGS, rows } from './matrix.js'

describe('interop with Python', { skip: noPython }, () => {
  for (const { service, direction, peer, cells, small } of rows)
    for (const manner of small) {
      const attempt = cells[manner]
      if (attempt) it(`${service}: ${direction}, Python ${peer}, ${HEADINGS[manner]}`, attempt)
    }
})
