/**
 * A text that is the same for equal values and for no others; undefined for a value that has, or may have, more in it
 * than its properties show.
 */
export function identityOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      return value === null ? 'null' : identityOfObject(value)
    default:
      return undefined
  }
}

function identityOfObject(value: object): string | undefined {
  if (value instanceof Uint8Array) return `<${value}>`
  if (Array.isArray(value)) return listed('[', value, ']')
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Map.prototype) return listed('(', [...(value as Map<unknown, unknown>)].flat(1), ')')
  if (prototype === Date.prototype) return `@${(value as Date).getTime()}`
  return prototype === Object.prototype || prototype === null
    ? listed('{', Object.entries(value).flat(1), '}')
    : undefined
}

function listed(open: string, values: readonly unknown[], close: string): string | undefined {
  let text = open
  for (const value of values) {
    const part = identityOf(value)
    if (part === undefined) return undefined
    text += `${part},`
  }
  return text + close
}
