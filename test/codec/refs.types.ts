import { asked, type Condition, type FieldRef, field, header, type Ref, state } from 'wirewright/codec'
import { type Equal, expect } from './support/types.js'

// A field's name is known to the type, which is how a record knows what need not be given.
const count = field('count')
expect<Equal<typeof count, FieldRef<'count'>>>()
const elsewhere: readonly Ref[] = [header('first.qos'), state('version'), asked('quantity'), count]
void elsewhere

const conditions: readonly Condition[] = [
  count.eq(1),
  count.ne('text'),
  count.gt(1n),
  count.ge(1),
  count.lt(1),
  count.le(1),
  count.has(0x80),
  header('on').eq(true),
]
void conditions
// @ts-expect-error a mask is a number
count.has('2')
// @ts-expect-error nothing is equal to an object
count.eq({})
// @ts-expect-error a reference has a path
header()
