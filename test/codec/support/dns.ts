/** Messages of DNS (RFC 1035), names compressed, said with the public names alone. */
import {
  array,
  backref,
  bits,
  field,
  ipv4,
  ipv6,
  lazy,
  record,
  rest,
  type Schema,
  sized,
  string,
  transform,
  u8,
  u16,
  u32,
  union,
  when,
} from 'wirewright/codec'

interface Labels {
  label: string
  rest?: Labels | undefined
}
const Labels: Schema<Labels> = lazy(
  () =>
    backref(record({ label: string(u8, { encoding: 'latin1' }), rest: when(field('label').ne(''), Labels) }), {
      pointer: u16,
      mark: 0xc000,
    }),
  { depth: 128 },
)
export const dotted = {
  name: 'dotted',
  decode(labels: Labels): string {
    const names: string[] = []
    for (let at: Labels | undefined = labels; at && at.label !== ''; at = at.rest) names.push(at.label)
    return names.join('.')
  },
  encode: (name: string): Labels =>
    name.split('.').reduceRight<Labels>((after, label) => (label ? { label, rest: after } : after), { label: '' }),
}
export const Name = transform(Labels, dotted)
const Question = record({ name: Name, type: u16, class: u16 })
export const Answer = record({
  name: Name,
  type: u16,
  class: u16,
  ttl: u32,
  length: u16,
  data: sized(
    field('length'),
    union(
      field('type'),
      {
        a: [1, ipv4],
        ns: [2, Name],
        cname: [5, Name],
        mx: [15, record({ preference: u16, exchange: Name })],
        txt: [16, array(string(u8))],
        aaaa: [28, ipv6],
      },
      { otherwise: rest() },
    ),
  ),
})
export const Message = record({
  id: u16,
  flags: bits(u16, {
    response: 1,
    opcode: 4,
    authoritative: 1,
    truncated: 1,
    desired: 1,
    available: 1,
    zero: 3,
    code: 4,
  }),
  questions: u16,
  answers: u16,
  authorities: u16,
  additionals: u16,
  question: array(Question, field('questions')),
  answer: array(Answer, field('answers')),
  authority: array(Answer, field('authorities')),
  additional: array(Answer, field('additionals')),
})
