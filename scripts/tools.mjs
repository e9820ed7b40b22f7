/**
 * What the tests use besides Node, where there is any: the other side of a comparison. Installs what is missing where that is
 * possible, which is as root on Debian and its kin; nothing here fails, or waits long for a network that is not there.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A command, the Debian package that has it, and the test files that use it. */
const TOOLS = [
  ['python3', 'python3', /auth|cli|docs|interop|node|road|struct/],
  ['openssl', 'openssl', /auth|cli|docs|interop|node/],
  ['haproxy', 'haproxy', /node\/haproxy/],
  ['bash', 'bash', /cli/],
  ['script', 'bsdutils', /cli\/(fetch|terminal)/],
  ['xxd', 'xxd', /cli\/(examples|notation)/],
  ['hexdump', 'bsdextrautils', /cli\/notation/],
  ['zsh', 'zsh', /cli\/shell/],
  ['fish', 'fish', /cli\/shell/],
]
const PATIENCE_MS = 180_000
const APT = ['-qq', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=30']

/** Makes sure that there is what these test files want, as far as this machine lets us. */
export function installTools(files) {
  const missing = TOOLS.filter(([command, , where]) => files.some((file) => where.test(file)) && !isThere(command))
  if (missing.length === 0) return
  const say = (text) => process.stderr.write(`· ${text}\n`)
  const isRoot = process.getuid?.() === 0
  for (const [command, name] of missing)
    if (isRoot && isThere('apt-get')) say(`installing ${name}, for tests that use ${command} (apt-get install)`)
    else say(`there is no ${command}: tests that use it are left out (Debian package ${name})`)
  if (!isRoot || !isThere('apt-get')) return
  const names = missing.map(([, name]) => name)
  if (!apt('install', '--yes', '--no-install-recommends', ...names)) {
    // Perhaps only the lists are old.
    apt('update')
    apt('install', '--yes', '--no-install-recommends', ...names)
  }
  for (const [command] of missing)
    if (!isThere(command)) say(`${command} could not be installed: tests that use it are left out`)
}

function apt(...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', [...APT, ...words], { env, stdio: 'ignore', timeout: PATIENCE_MS }).status === 0
}

function isThere(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
