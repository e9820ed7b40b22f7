/** From a word on the command line to a service: a built-in name, or a module of the user's. */
import { existsSync } from 'node:fs'
import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tcp, udp } from '../node/index.js'
import { asConfigurable, type Configurable, type Endpoint } from '../service/index.js'
import { CommandError, EXIT, usageError } from './exit.js'

/** The services that come with the command. */
export const BUILT_IN: readonly string[] = [
  ...['square', 'values', 'greeter', 'info', 'ack', 'datagram', 'sticky', 'messages', 'auth', 'upper', 'record'],
]

/** @throws {CommandError} exit code 2 when there is no such service, or the module's default export is none */
export async function loadService(name: string): Promise<Configurable> {
  if (BUILT_IN.includes(name))
    return serviceIn(await import(new URL(`../services/${name}.js`, import.meta.url).href), name)
  const path = resolve(name)
  if (!existsSync(path)) {
    const hint = /[./\\]/.test(name)
      ? 'there is no such file'
      : `the built-in services are: ${BUILT_IN.join(', ')}; a module is named by its path, such as ./${name}.ts`
    throw new CommandError(EXIT.usage, `no service '${name}': ${hint}`)
  }
  register('./module-hooks.js', import.meta.url)
  let module: unknown
  try {
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new CommandError(
      EXIT.usage,
      `cannot load ${name}: ${error instanceof Error ? firstLines(error.message) : error}`,
      { cause: error },
    )
  }
  return serviceIn(module, name)
}

/** What is wrong, and where: esbuild says the place on a second line. */
function firstLines(message: string): string {
  return message.split('\n').filter(Boolean).slice(0, 2).join(' ')
}

function serviceIn(module: unknown, name: string): Configurable {
  const service = asConfigurable((module as { default?: unknown }).default)
  if (service) return service
  throw new CommandError(
    EXIT.usage,
    `the default export of ${name} is no service: write export default service(protocol, handlers, { endpoint: tcp({ port: 7000 }) })`,
  )
}

/** `secretFile=x` or `secret-file=x`, as a service's options. @throws {CommandError} exit code 2 */
export function optionValues({ options }: Configurable, pairs: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const pair of pairs) {
    const [, flag = pair, text] = /^([^=]*)=(.*)$/s.exec(pair) ?? []
    const name = flag.replace(/-[a-z]/g, (dash) => dash[1]!.toUpperCase())
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (!option) {
      const known = Object.keys(options)
      throw usageError(
        `--set ${flag}: the service has ${known.length > 0 ? `the options ${known.join(', ')}` : 'no options'}`,
      )
    }
    if (text === undefined && option.placeholder !== undefined)
      throw usageError(`--set ${flag}: write --set ${flag}=${option.placeholder}`)
    values[name] = option.parse(text ?? '')
  }
  return values
}

/** The service's place, with what the command line says instead. */
export function placed(endpoint: Endpoint, { host, port }: { host?: string; port?: number }): Endpoint {
  if (host === undefined && port === undefined) return endpoint
  const { address } = endpoint
  const transport = ({ tcp, udp } as Readonly<Record<string, typeof tcp | typeof udp>>)[address.transport]
  if (!transport)
    throw new CommandError(
      EXIT.usage,
      `--host and --port move a TCP or UDP service, and this one is ${address.transport}`,
    )
  return transport({ host: host ?? address.host!, port: port ?? address.port! })
}
