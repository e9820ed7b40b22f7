/**
 * The states of a session, one for each direction, and what may happen in each.
 *
 *   reading   open ──peer's end──▶ ended             open ──broken rule──▶ failed
 *   writing   open ──finish()──▶ finishing ──all owed replies said──▶ ended
 *             any  ──refuse(), reading failed──▶ ended
 */

/** What still comes in. `ended`: the peer said that it is done. `failed`: a rule was broken, or we stopped listening. */
export type Reading = 'open' | 'ended' | 'failed'

/** What still goes out. `finishing`: only the replies that are owed. `ended`: nothing but what is in the output already. */
export type Writing = 'open' | 'finishing' | 'ended'

/** Which calls each state of the writing side lets through. */
export const MAY: Readonly<Record<Writing, { readonly send: boolean; readonly reply: boolean }>> = {
  open: { send: true, reply: true },
  finishing: { send: false, reply: true },
  ended: { send: false, reply: false },
}
