/** `npm start`: sets up what is missing, starts the square service, calls it once, and says what to try next. */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { root, setUp, step } from './setup.mjs'

const PORT = 65432
const command = ['dist/cli/main.js']

setUp()

const service = spawn(process.execPath, [...command, 'serve', 'square', '--port', `${PORT}`], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'pipe'],
})
service.on('exit', (code) => process.exit(code === 130 || code === 143 ? 0 : (code ?? 1)))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => service.kill(signal))

let ready = false
createInterface(service.stderr).on('line', (line) => {
  process.stderr.write(`  ${line}\n`)
  if (ready || !line.includes('listening')) return
  ready = true
  step('calling it once: wirewright call square 12345', showThatItWorks)
})

function showThatItWorks() {
  const { stdout, status } = spawnSync(process.execPath, [...command, 'call', 'square', '12345', '--port', `${PORT}`], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) process.exit(status)
  process.stdout.write(`
  12345 squared is ${stdout.trim()}

The square service is on 127.0.0.1:${PORT} until you press Ctrl-C. In another terminal, try

  npx wirewright call square 111111111     its square does not fit 32 bits: see what happens, here and there
  npx wirewright call square -7
  npx wirewright --help

or the same from Python:

  python3 - <<'END'
  import socket, struct
  with socket.create_connection(('127.0.0.1', ${PORT})) as s:
      s.sendall(struct.pack('!Ii', 4, 12345))
      print(struct.unpack('!Ii', s.recv(8))[1])
  END

`)
}
