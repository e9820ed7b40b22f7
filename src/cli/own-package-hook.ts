/** A module hook: `wirewright` and `wirewright/…` mean the package that this file is part of, whoever imports them. */
type Resolve = (
  specifier: string,
  context: { parentURL?: string },
) => Promise<{ url: string; format?: string; shortCircuit?: boolean }>

export function resolve(specifier: string, context: { parentURL?: string }, next: Resolve): ReturnType<Resolve> {
  const own = specifier === 'wirewright' || specifier.startsWith('wirewright/')
  return next(specifier, own ? { ...context, parentURL: import.meta.url } : context)
}
