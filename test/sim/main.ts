/** `node main.js seeds from`: lives the seeds and prints one line; exits with 1, and the seed, when one fails. */
import { live, showLives } from './lives.js'

// What escapes a promise of the program is a finding too.
process.on('unhandledRejection', (error) => {
  console.error(`unhandled rejection: ${(error as Error)?.message}`)
  process.exit(1)
})
try {
  console.log(showLives(await live(Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 0))))
} catch (error) {
  console.error((error as Error).message)
  if (process.env.STACK) console.error((error as Error).cause)
  process.exit(1)
}
