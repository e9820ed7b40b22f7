/** `wirewright fetch`: a page over a plain socket of ours, whole or not at all. */
import type { Command } from 'commander'
import { command, count, later, size } from '../command.js'

export function fetchCommand(): Command {
  return command('fetch', [
    ['wirewright fetch http://127.0.0.1:8000/ --output page.html', 'prints the headers, saves the page'],
    [
      'wirewright fetch http://127.0.0.1:8000/data.json | head -c 100',
      'the page on standard output, the headers beside it',
    ],
    [
      'wirewright fetch https://localhost:8443/ --ca cert.pem --output page.html',
      'over TLS, by a certificate of your own',
    ],
  ])
    .description(
      'Download a page over a socket of ours: HTTP/1.1, redirects followed, gzip, deflate and brotli inflated. ' +
        'The file is there when all of it has come, and not before.',
    )
    .argument('<url>', 'http://… or https://…')
    .option('--output <file>', 'where to save the body (default: standard output)')
    .option('--ca <file>', 'whose certificates are accepted, in PEM')
    .option('--timeout <time>', 'how long the server may be silent: 5, 5s, 500ms (default: 30s)')
    .option(
      '--max-size <size>',
      'the largest page, inflated or not: 1000000, 500K, 2G (default: 256M)',
      size,
      256 * 1024 ** 2,
    )
    .option('--max-redirects <n>', 'how many redirects are followed', count, 10)
    .action(later(() => import('../actions/fetch.js')))
}
