/** Files that the command line names, and in words what is wrong with one of them. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from '../errors.js'
import { usageError } from './exit.js'

/** What the file holds that stands behind `flag`. @throws {CommandError} exit code 2 */
export function fileBytes(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw usageError(`${flag}: ${fileTrouble(error, file)}`, { cause: error })
  }
}

/** What the system says of a file, for somebody who does not know its codes; any other error as it is. */
export function fileTrouble(error: unknown, file?: string): string {
  const { code, message, path = file } = error as NodeJS.ErrnoException
  const name = path === undefined ? 'the file' : `'${path}'`
  switch (code) {
    case 'ENOENT':
      if (path !== undefined && !existsSync(dirname(path))) return `there is no directory '${dirname(path)}'`
      return `there is no file ${name}`
    case 'EISDIR':
      return `${name} is a directory, and a file is wanted`
    case 'ENOTDIR':
      return `${name} lies in something that is no directory`
    case 'EACCES':
    case 'EPERM':
      return `${name} is not for us to open: permission denied`
    case 'EEXIST':
      return `${name} exists, and is not overwritten`
    default:
      return error instanceof Error ? message : String(error)
  }
}

/**
 * For what a module makes of the options and words it was given: whatever it throws, they are wrong. `words` are named where
 * the error may not do so itself.
 *
 * @throws {CommandError} exit code 2
 */
export function orUsage<T>(attempt: () => T, words: readonly string[] = []): T {
  try {
    return attempt()
  } catch (error) {
    const what = fileTrouble(error)
    const hasWords = error instanceof UsageError || words.some((word) => word !== '' && what.includes(word))
    throw usageError(hasWords || words.length === 0 ? what : `'${words.join(' ')}': ${what}`, { cause: error })
  }
}
