/** From a word on the command line to a service: a built-in name, or a module of the user's. */
import { existsSync, statSync } from 'node:fs'
import { register } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tcp, udp } from '../node/index.js'
import { asConfigurable, type Configurable, type Endpoint } from '../service/index.js'
import { EXIT, usageError } from './exit.js'
import { nearest } from './nearest.js'
import { say } from './terminal.js'

/** How Node ends when the top level of a module never settles. */
const UNSETTLED = 13

/** The services that come with the command. */
export const BUILT_IN: readonly string[] = [
  ...['square', 'values', 'greeter', 'info', 'ack', 'datagram', 'sticky', 'messages', 'auth', 'upper', 'record'],
]

/** @throws {CommandError} exit code 2 when there is no such service, or the module's default export is none */
export async function loadService(name: string): Promise<Configurable> {
  if (BUILT_IN.includes(name))
    return serviceIn(await import(new URL(`../services/${name}.js`, import.meta.url).href), name)
  const path = resolve(name)
  if (!existsSync(path)) throw usageError(`no service '${name}': ${hintFor(name)}`)
  if (statSync(path).isDirectory())
    throw usageError(`'${name}' is a directory: name a module in it, such as ${join(name, 'service.ts')}`)
  return serviceIn(await load(path, name), name)
}

/** @throws {CommandError} exit code 2, with the place in the file where there is one */
async function load(path: string, name: string): Promise<unknown> {
  // Node ends without a word when nothing is left that could wake a module; where it says so differs from one to the next.
  const stuck = (code: number): void => {
    if (code !== UNSETTLED && process.exitCode !== UNSETTLED) return
    say(`wirewright: cannot load ${name}: it waits at its top level for something that never happens`)
    process.exit(EXIT.usage)
  }
  register('./module-hooks.js', import.meta.url)
  process.once('exit', stuck)
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const what = error instanceof Error ? firstLines(error.message) : error
    throw usageError(`cannot load ${name}: ${what}`, { cause: error })
  } finally {
    process.off('exit', stuck)
  }
}

function hintFor(name: string): string {
  if (/[./\\]/.test(name)) return 'there is no such file; wirewright init writes one to start from'
  const meant = nearest(name, BUILT_IN)
  return `${meant ? `did you mean ${meant}? ` : ''}The built-in services are ${BUILT_IN.join(', ')}; a module is named by its path, such as ./${name}.ts`
}

/** What is wrong, and where: esbuild says the place on a second line. */
function firstLines(message: string): string {
  return message.split('\n').filter(Boolean).slice(0, 2).join(' ')
}

function serviceIn(module: unknown, name: string): Configurable {
  const service = asConfigurable((module as { default?: unknown }).default)
  if (service) return service
  throw usageError(
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
  if (!transport) throw usageError(`--host and --port move a TCP or UDP service, and this one is ${address.transport}`)
  return transport({ host: host ?? address.host!, port: port ?? address.port! })
}
