/** A row of the table: one service, in one direction, with one peer; and a cell for each manner of speaking. */
export type Direction = 'our server' | 'our client'

export const MANNERS = ['whole', 'apart', 'bytes', 'torn', 'slow', 'wrong'] as const
export type Manner = (typeof MANNERS)[number]

/** What stands above the cells. */
export const HEADINGS: Readonly<Record<Manner, string>> = {
  whole: 'whole',
  apart: 'head, body',
  bytes: 'byte by byte',
  torn: 'torn text',
  slow: 'six, one slow',
  wrong: 'wrong secret',
}

export interface Row {
  readonly service: string
  readonly direction: Direction
  readonly peer: string
  /** Which manners make sense here, each as something that throws when it does not work. */
  readonly cells: Readonly<Partial<Record<Manner, () => Promise<void>>>>
  /** The manners that `npm test` tries too. */
  readonly small: readonly Manner[]
}
