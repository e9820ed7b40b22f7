/** Service x direction x peer: every program of the tutorials, and `multiprocessing`, with Python at the other end. */
import { rows as multiprocessing } from './multiprocessing.js'
import { python } from './processes.js'
import type { Row } from './row.js'
import { rows as tutorials } from './tutorials.js'

export { HEADINGS, MANNERS } from './row.js'

export const rows: readonly Row[] = python ? [...tutorials, ...multiprocessing] : []
