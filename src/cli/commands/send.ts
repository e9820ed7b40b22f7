/** `wirewright send`: bytes or messages to any endpoint, and what it answers. */
import type { Command } from 'commander'
import { command, later, several } from '../command.js'
import { withPeerFlags } from '../peer-flags.js'

export function sendCommand(): Command {
  const send = command('send', [
    ['wirewright send tcp://127.0.0.1:9999 alice --wait', 'sends text, prints the answer'],
    [
      "wirewright send tcp://127.0.0.1:65432 --module square 12 --expect '[0]=144'",
      'a message out, fields back; exit code 6 when they are others',
    ],
    ["printf 'one\\ntwo\\n' | wirewright send udp://127.0.0.1:9999 - --count 2", 'a frame for every line'],
  ])
    .description(
      'Send bytes and print what comes back. Each word is one frame: text, with \\xNN for any byte; with --module the words are one ' +
        'message, and lines of standard input are JSON. Without bytes it only listens. Without --wait, --expect, --count and --timeout our side is shut down after the last byte, and what comes is printed until the peer closes.',
    )
    .argument('<endpoint>', 'tcp://host:port, tls://host:port, udp://host:port, unix:/path')
    .argument('[text...]', 'a frame for each word, or with --module a message: [NAME] field=value …; - for lines')
    .option('--hex <bytes>', 'one frame, in hexadecimal')
    .option('--file <file>', 'one frame, the bytes of a file')
    .option('--wait', 'take an answer to each frame before the next one goes, and end after the last')
    .option(
      '--expect <answer>',
      'what an answer must be, or exit code 6: text, 0x0102 or ~pattern, once for each; or field=value, of every answer (wirewright help expect)',
      several,
    )
  return withPeerFlags(send).action(later(() => import('../actions/send.js')))
}
