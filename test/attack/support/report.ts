/** What an attack measured, as a line of the table that `npm run attack` prints. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

/** Whether attacks are made at full size; `npm test` makes them at a small one. */
export const isFull: boolean = process.env.WIREWRIGHT_ATTACK === 'full'

/** One line of the table. */
export interface Figure {
  /** The number of the weakness, or of several. */
  readonly row: string
  readonly attack: string
  readonly figure: string
  readonly bound: string
  readonly holds: boolean
}

/** Prints the line, and fails the test when the bound is broken. */
export function report(t: TestContext, { row, attack, figure, bound, holds }: Figure): void {
  t.diagnostic([`row ${row}`, attack, figure, bound, holds ? 'held' : 'BROKEN'].join(' | '))
  assert.ok(holds, `${attack}: ${figure} (bound: ${bound})`)
}

export function quantile(times: readonly number[], q: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * q)]!
}

/** Bytes of array buffers that live, after a garbage collection. */
export async function buffers(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().arrayBuffers
}
