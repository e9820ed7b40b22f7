/** Which files a module is made of, and when one of them is saved. */
import { type FSWatcher, watch } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

/** Editors write a file in several steps. */
const SETTLE_MS = 50
/** What a module may read without importing it, when it stands beside it. */
const SOURCE = /\.([cm]?[jt]s|json)$/

/**
 * Calls `changed` after a file was saved: one that the module imports, wherever it is, or a source file beside it. Once
 * more if that happens meanwhile. What packages consist of is not watched.
 */
export async function watchModule(module: string, changed: () => Promise<void>): Promise<{ close(): void }> {
  const home = dirname(resolve(module))
  let files: ReadonlySet<string> = new Set()
  const folders = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let isClosed = false

  const saved = (folder: string, name: string | null): void => {
    if (name === null || name.startsWith('.')) return
    if (!files.has(join(folder, name)) && !(folder === home && SOURCE.test(name))) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      running = running.then(look).then(changed)
    }, SETTLE_MS)
  }
  const look = async (): Promise<void> => {
    files = (await sourcesOf(module)) ?? files
    if (isClosed) return
    const wanted = new Set([home, ...Array.from(files, (file) => dirname(file))])
    for (const [folder, watcher] of folders)
      if (!wanted.has(folder)) {
        watcher.close()
        folders.delete(folder)
      }
    // The folder and not the file: editors replace files.
    for (const folder of wanted)
      if (!folders.has(folder))
        folders.set(
          folder,
          watch(folder, (_event, name) => saved(folder, name)),
        )
  }
  await look()
  return {
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const watcher of folders.values()) watcher.close()
    },
  }
}

/** The module's own files, with all that they import from files; undefined while one of them is broken. */
async function sourcesOf(module: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const { metafile } = await build({
      entryPoints: [resolve(module)],
      absWorkingDir: dirname(resolve(module)),
      ...{ bundle: true, write: false, metafile: true, format: 'esm', platform: 'node' },
      ...{ packages: 'external', logLevel: 'silent', loader: { '.node': 'empty' } },
    })
    return new Set(Object.keys(metafile.inputs).map((file) => resolve(dirname(resolve(module)), file)))
  } catch {
    return undefined
  }
}
