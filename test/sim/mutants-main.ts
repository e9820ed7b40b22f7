/** `npm run sim:mutants`: every defect, the seed that gave it away, and those that none did. */
import { Garden, MUTANTS } from './mutants.js'

const seeds = Number(process.argv[2] ?? 1000)
const garden = new Garden()
let found = 0
try {
  for (const mutant of MUTANTS) {
    const finding = garden.grow(mutant, seeds)
    if (finding) found++
    console.log(
      `${finding ? 'found   ' : 'SURVIVED'}  ${mutant.defect} (${mutant.source})${finding ? `\n          ${finding}` : ''}`,
    )
  }
} finally {
  garden.remove()
}
console.log(`${MUTANTS.length} planted defects, ${found} found, ${MUTANTS.length - found} survived ${seeds} seeds`)
