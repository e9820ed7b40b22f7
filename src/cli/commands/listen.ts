/** `wirewright listen`: what comes to a port, frame by frame. */
import type { Command } from 'commander'
import { command, later } from '../command.js'
import { withPeerFlags } from '../peer-flags.js'

export function listenCommand(): Command {
  const listen = command('listen', [
    ['wirewright listen tcp://127.0.0.1:7000', 'prints what arrives as a dump, until Ctrl-C'],
    [
      "wirewright listen tcp://:0 --framing 'lengthPrefix(!H)' --format '!BH' --json",
      'fields as JSON, on any free port',
    ],
    ['wirewright listen udp://127.0.0.1:7000 --echo --count 1', 'sends one datagram back, and ends'],
  ])
    .description('Listen on any endpoint and print every frame that comes.')
    .argument(
      '<endpoint>',
      'tcp://host:port, tls://host:port, udp://host:port, unix:/path; port 0 takes any that is free',
    )
    .option('--echo', 'send every frame back')
  return withPeerFlags(listen).action(later(() => import('../actions/listen.js')))
}
