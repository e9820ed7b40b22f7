/** `npm run build`: dependencies, if they are missing, and the compiled library. */
import { setUp } from './setup.mjs'

setUp()
