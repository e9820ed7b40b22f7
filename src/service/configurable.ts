/** A service with options of its own, which the command line offers as flags: `reply` as `--reply`, `secretFile` as `--secret-file`. */
import { UsageError } from '../errors.js'
import type { Protocol } from '../protocol/index.js'
import { isService, type Service } from './service.js'

/** One option: what it means, and how its text becomes a value. */
export interface ServiceOption<T> {
  readonly help: string
  /** What stands behind the flag in the help, such as `<time>`; undefined for a flag that takes no value. */
  readonly placeholder: string | undefined
  readonly default: T
  /** Which command has it. */
  readonly of: 'serve' | 'call' | 'both'
  /** @throws {ServiceUsageError} */
  parse(text: string): T
}

/** An option, or what was to be called, makes no sense. The message says what would. */
export class ServiceUsageError extends UsageError<'SERVICE_USAGE'> {
  constructor(message: string) {
    super('SERVICE_USAGE', message)
  }
}

/** Which command an option belongs to, when not to both. */
interface Of {
  of?: 'serve' | 'call'
}

/** An option that is there or not. */
export function flag(help: string, { of }: Of = {}): ServiceOption<boolean> {
  return { help, placeholder: undefined, default: false, of: of ?? 'both', parse: () => true }
}

/** An option whose value is text. */
export function text<T extends string | undefined = undefined>(
  help: string,
  { of, value = '<text>', otherwise }: Of & { value?: string; otherwise?: T } = {},
): ServiceOption<string | T> {
  return { help, placeholder: value, default: otherwise as T, of: of ?? 'both', parse: (given) => given }
}

/** An option whose value is one of a few words. */
export function choice<const W extends readonly string[]>(
  help: string,
  words: W,
  { of, otherwise }: Of & { otherwise?: W[number] } = {},
): ServiceOption<W[number]> {
  return {
    help,
    placeholder: `<${words.join('|')}>`,
    default: otherwise ?? words[0]!,
    of: of ?? 'both',
    parse(given) {
      if (words.includes(given)) return given
      throw new ServiceUsageError(`'${given}' is none of ${words.join(', ')}`)
    },
  }
}

/** An option whose value is a time: `5` and `5s` are seconds, `500ms` is half of one. In milliseconds. */
export function duration(help: string, { of, otherwise = 0 }: Of & { otherwise?: number } = {}): ServiceOption<number> {
  return { help, placeholder: '<time>', default: otherwise, of: of ?? 'both', parse: parseDuration }
}

/** @throws {ServiceUsageError} */
export function parseDuration(given: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(given) ?? []
  if (number === undefined) throw new ServiceUsageError(`'${given}' is no time: write 5 or 5s for seconds, 500ms, 2m`)
  return Math.round(Number(number) * (unit === 'ms' ? 1 : unit === 'm' ? 60_000 : 1000))
}

/** Options by name. */
export type ServiceOptionTable = Readonly<Record<string, ServiceOption<any>>>
/** Their values. */
export type ServiceValues<O extends ServiceOptionTable> = {
  readonly [N in keyof O]: O[N] extends ServiceOption<infer T> ? T : never
}

/** What a module exports by default when its service has options. */
export interface Configurable<P extends Protocol = Protocol> {
  readonly options: ServiceOptionTable
  /** The service with these values, and the defaults for the others. */
  make(values: Readonly<Record<string, unknown>>): Service<P>
}

/**
 * A service that depends on options.
 *
 * @example
 * ```js
 * export default configurable({ delay: duration('wait before each answer') }, ({ delay }) => service(greeter, …))
 * ```
 */
export function configurable<O extends ServiceOptionTable, P extends Protocol>(
  options: O,
  make: (values: ServiceValues<O>) => Service<P>,
): Configurable<P> {
  const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]))
  return { options, make: (values) => make({ ...defaults, ...values } as ServiceValues<O>) }
}

/** A module's default export as something to configure, or undefined when it is no service. */
export function asConfigurable(value: unknown): Configurable | undefined {
  if (isService(value)) return { options: {}, make: () => value }
  const isOne = typeof value === 'object' && value !== null && 'options' in value && 'make' in value
  return isOne ? (value as Configurable) : undefined
}
