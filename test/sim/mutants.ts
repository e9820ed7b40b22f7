/**
 * Defects to be planted in the compiled library, to see that the simulated worlds notice. Each is a bug that somebody had,
 * here or elsewhere. `npm run sim:mutants` plants them one by one in a copy.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Mutant {
  readonly defect: string
  /** Who had it. */
  readonly source: string
  readonly file: string
  readonly from: string
  readonly to: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    defect: 'a frame of 256 bytes is taken for one of 255',
    source: 'undici CVE-2026-1528, lengths at a border',
    file: 'framing/stream-decoder.js',
    from: 'if (length > 0 || -length > end - start)',
    to: 'if (length === 258) return 257;\n            if (length > 0 || -length > end - start)',
  },
  {
    defect: 'a header split across chunks is read as if it were whole',
    source: 'nodejs/node-v0.x-archive#15443',
    file: 'framing/stream-decoder.js',
    from: 'this.#take(this.#until - this.#at);',
    to: 'if (this.#until - this.#at > 1) this.#take(this.#until - this.#at);',
  },
  {
    defect: 'what is left of a lent chunk is not copied',
    source: 'netty#9201, the other way around',
    file: 'framing/stream-decoder.js',
    from: 'this.#chunk = Uint8Array.prototype.slice.call(this.#chunk, this.#at, this.#until);\n        this.#at = 0;\n        this.#until = unread;',
    to: '',
  },
  {
    defect: 'empty frames are dropped',
    source: 'libp2p; ws#2329',
    file: 'session/session.js',
    from: "if (part === 'note')",
    to: "if (part === 'note' && end === start) return undefined;\n        if (part === 'note')",
  },
  {
    defect: 'promises are forgotten when the connection is lost',
    source: 'socketio/socket.io#4984',
    file: 'connection/dispatch.js',
    from: 'this.#isOver = true;\n        this.rejectWaiting(reason);',
    to: 'this.#isOver = true;',
  },
  {
    defect: 'a request that timed out does not keep its place',
    source: 'ordered replies after a timeout, as in grpc-node#2176',
    file: 'session/session.js',
    from: 'new OrderedRequests(this.#datagrams !== undefined)',
    to: 'new OrderedRequests(true)',
  },
  {
    defect: 'a late reply is given to whoever waits now',
    source: 'socket.io-client-java#309',
    file: 'session/requests.js',
    from: 'const late = this.#retired.get(wireId);',
    to: 'const late = this.#retired.has(wireId) ? [...this.#byWireId.values()][0] ?? this.#retired.get(wireId) : undefined;',
  },
  {
    defect: 'a request that is not idempotent is asked again',
    source: 'ioredis autoResendUnfulfilledCommands',
    file: 'client/keeper.js',
    from: 'this.#idempotent.has(name) ||',
    to: 'true ||',
  },
  {
    defect: 'bytes that may have been sent are said not to have been',
    source: 'nats-io/nats.js#213',
    file: 'connection/dispatch.js',
    from: "reason, 'maybe'));",
    to: "reason, 'no'));",
  },
  {
    defect: 'a drain drops the replies that are owed',
    source: 'grpc/grpc-node#3068',
    file: 'session/session.js',
    from: "this.#writing === 'finishing' && this.owed === 0",
    to: "this.#writing === 'finishing'",
  },
  {
    defect: "the end of a peer's stream drops what it asked before",
    source: 'nodejs/node#49073, half-open',
    file: 'connection/connection.js',
    from: 'this.#dispatch.rejectWaiting(this.#reason);\n        this.#finishSaying();',
    to: 'this.#dispatch.rejectWaiting(this.#reason);\n        this.#session.fail();',
  },
  {
    defect: 'what waits for room is forgotten when the peer ends its side',
    source: 'Wirewright: the first write after it ended the process',
    file: 'connection/connection.js',
    from: 'this.#sending.refill(NEVER);\n        this.#session.finish();',
    to: 'this.#session.finish();',
  },
  {
    defect: 'listeners of the state stay when a request is done',
    source: 'jensstigaard/node-vmix#17',
    file: 'client/keeper.js',
    from: 'this.#stateListeners.delete(listener);\n                timer.cancel();',
    to: '',
  },
  {
    defect: 'a request that waited for a connection has its whole time again',
    source: 'found by these worlds',
    file: 'client/keeper.js',
    from: 'timeoutMs: deadline - this.#env.now() });',
    to: 'timeoutMs: left });',
  },
  {
    defect: 'the abort of a request that waits for a connection is not heard',
    source: 'found by these worlds',
    file: 'client/keeper.js',
    from: "signal?.addEventListener('abort', abort);\n            this.#parcels.add(parcel);",
    to: 'this.#parcels.add(parcel);',
  },
  {
    defect: 'a connection keeps the time at which it opened',
    source: 'found by these worlds',
    file: 'connection/connection.js',
    from: 'this.#turnTime = undefined;\n        this.#observation?.opened();',
    to: 'this.#observation?.opened();',
  },
  {
    defect: 'a timer stays when its connection is gone',
    source: 'camarojs/redis#22, ioBroker.yeelight-2#531',
    file: 'connection/connection.js',
    from: 'this.#gone = true;\n        this.#timer?.cancel();',
    to: 'this.#gone = true;',
  },
  {
    defect: 'a server forgets to count a connection out',
    source: 'nodejs/node#2642',
    file: 'server/server.js',
    from: 'this.#leave(connection.peer, connection.wasOpen);',
    to: '',
  },
  {
    defect: 'ids are used again while their request waits',
    source: 'request ids that wrap around',
    file: 'session/requests.js',
    from: 'while (this.#byWireId.has(this.#last) || this.#retired.has(this.#last))',
    to: 'while (this.#retired.has(this.#last))',
  },
  {
    defect: 'a closed client tries again',
    source: 'foreversd/nssocket#43',
    file: 'client/keeper.js',
    from: "if (!this.#backoff || this.#isClosing || reason.kind === 'local')",
    to: 'if (!this.#backoff)',
  },
  {
    defect: 'close() is told twice',
    source: 'foreversd/nssocket#43',
    file: 'client/keeper.js',
    from: "if (this.state === 'closed')\n            return;\n        for (const parcel",
    to: 'for (const parcel',
  },
  {
    defect: 'one-way messages are handled all at once',
    source: 'handlers that overtake each other',
    file: 'connection/dispatch.js',
    from: 'this.#handlingMessage = true;',
    to: '',
  },
  {
    defect: 'more requests run than may',
    source: 'limits that nobody counts',
    file: 'connection/dispatch.js',
    from: 'this.#session.owed >= this.#limits.maxConcurrentRequests',
    to: 'false',
  },
  {
    defect: 'any answer to a challenge will do',
    source: 'NATS secnote-2026-16, authentication passed by',
    file: 'auth/challenge.js',
    from: 'if (!timingSafeEqual(answer, expected))',
    to: 'if (false)',
  },
  {
    defect: 'any answer to a listener will do',
    source: 'NATS secnote-2026-16, authentication passed by',
    file: 'auth/multiprocessing.js',
    from: 'if (!timingSafeEqual(response.subarray(form.prefix.length), expected))',
    to: "if (peer === 'listener' && !timingSafeEqual(response.subarray(form.prefix.length), expected))",
  },
  {
    defect: 'a client believes any listener',
    source: 'pgjdbc CVE-2025-49146, a requested proof not demanded',
    file: 'auth/multiprocessing.js',
    from: 'if (!timingSafeEqual(response.subarray(form.prefix.length), expected))',
    to: "if (peer === 'client' && !timingSafeEqual(response.subarray(form.prefix.length), expected))",
  },
  {
    defect: 'every challenge is the same',
    source: 'cephx CVE-2018-1128, replay',
    file: 'connection/handshake.js',
    from: 'this.#env.random(step.length)',
    to: 'new Uint8Array(step.length)',
  },
  {
    defect: 'a challenge sent back is an answer to itself',
    source: 'Bluetooth CVE-2020-26558, reflection',
    file: 'auth/challenge.js',
    from: 'if (!timingSafeEqual(answer, expected))',
    to: 'if (!timingSafeEqual(answer, expected) && !timingSafeEqual(answer, asked))',
  },
  {
    defect: 'what comes right behind the proof is lost',
    source: 'socket tutorials, one write taken for one read',
    file: 'connection/connection.js',
    from: 'if (rest.length > 0)',
    to: 'if (false)',
  },
  {
    defect: 'a handshake may take for ever',
    source: 'netty CVE-2023-34462, no idle timeout needed',
    file: 'connection/handshake.js',
    from: 'machine.expire();',
    to: '',
  },
  {
    defect: 'nobody counts those who have proved nothing',
    source: 'half-open handshakes, OpenSSH MaxStartups',
    file: 'server/admission.js',
    from: 'if (this.#isCrowded(env))',
    to: 'if (false)',
  },
  {
    defect: 'a stranger who has left keeps his place',
    source: 'nodejs/node#2642, before the proof',
    file: 'server/server.js',
    from: 'if (this.#options.auth && !wasOpen)',
    to: 'if (false)',
  },
  {
    defect: 'a client whose secret is refused tries for ever',
    source: 'nats.js, repeated authentication errors',
    file: 'client/keeper.js',
    from: 'this.#backoff.refused();',
    to: '',
  },
  {
    defect: 'one connection more is let in than may',
    source: 'limits at their border',
    file: 'server/admission.js',
    from: 'if (this.open >= this.#max)',
    to: 'if (this.open > this.#max)',
  },
  {
    defect: 'one connection more of an address is let in than may',
    source: 'limits at their border',
    file: 'server/admission.js',
    from: 'if (visitor.open >= this.#maxPerAddress)',
    to: 'if (visitor.open > this.#maxPerAddress)',
  },
  {
    defect: 'each address of an IPv6 network counts for itself',
    source: 'OpenSSH PerSourceNetBlockSize',
    file: 'server/admission.js',
    from: "bytes.subarray(0, 8).join('.')",
    to: "bytes.join('.')",
  },
  {
    defect: 'accepts that were not used are saved up',
    source: 'a token bucket without a rim',
    file: 'server/admission.js',
    from: 'Math.min(this.#rate, known.tokens + ((now - known.at) / 1000) * this.#rate)',
    to: 'known.tokens + ((now - known.at) / 1000) * this.#rate',
  },
  {
    defect: 'a connection that is turned away is counted in',
    source: 'nodejs/node#2642, the other way around',
    file: 'server/admission.js',
    from: 'this.refused[refusal]++;\n        else\n            this.open++;',
    to: 'this.refused[refusal]++;\n        this.open++;',
  },
  {
    defect: 'a PROXY header is believed whoever sends it',
    source: 'addresses that anybody may claim',
    file: 'server/server.js',
    from: "this.#proxies?.has(host ?? '') ?? false",
    to: 'this.#proxies !== undefined',
  },
  {
    defect: 'a load balancer counts as one client',
    source: 'limits per address behind a proxy',
    file: 'transport/proxied-link.js',
    from: 'header.source ?? link.peer',
    to: 'link.peer',
  },
  {
    defect: 'what comes with a PROXY header is lost',
    source: 'one write taken for one read',
    file: 'transport/proxied-link.js',
    from: 'if (rest.length > 0)',
    to: 'if (false)',
  },
  {
    defect: 'a load balancer may stay silent for ever',
    source: 'netty CVE-2023-34462, no idle timeout needed',
    file: 'transport/proxied-link.js',
    from: '() => refuse(new ProxyHeaderError(`no header',
    to: '() => void (new ProxyHeaderError(`no header',
  },
  {
    defect: 'a datagram that is no message closes the link',
    source: 'Node CVE-2025-59465, one malformed message',
    file: 'session/session.js',
    from: 'if (this.#datagrams)\n                    this.droppedDatagrams++;',
    to: 'if (false)\n                    this.droppedDatagrams++;',
  },
  {
    defect: 'two messages leave in one datagram',
    source: 'one write taken for one read',
    file: 'session/session.js',
    from: 'this.#datagramsLength += length;\n        this.#output.length = 0;',
    to: 'this.#datagramsLength += length;',
  },
  {
    defect: 'what a datagram carries is sent twice to be sure',
    source: 'ioredis autoResendUnfulfilledCommands',
    file: 'connection/connection.js',
    from: 'if (this.#link.write(output))',
    to: 'if (this.#link.datagrams && this.#link.write(output), this.#link.write(output))',
  },
]

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The library and the worlds in a folder of their own, to plant in. */
export class Garden {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wirewright-mutants-'))

  constructor() {
    const copy = (path: string): void => cpSync(join(root, path), join(this.#folder, path), { recursive: true })
    for (const path of ['dist', 'package.json', '.build/test/sim']) {
      mkdirSync(join(this.#folder, path, '..'), { recursive: true })
      copy(path)
    }
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'))
  }

  /** The finding that gave the defect away, or undefined when no seed did. @throws when there is no place for it */
  grow({ defect, file, from, to }: Mutant, seeds: number): string | undefined {
    const path = join(this.#folder, 'dist', file)
    const sound = readFileSync(path, 'utf8')
    if (sound.split(from).length !== 2) throw new Error(`'${defect}' has no place in ${file}`)
    writeFileSync(
      path,
      sound.replace(from, () => to),
    )
    try {
      const main = join(this.#folder, '.build/test/sim/main.js')
      const { status, stderr } = spawnSync(process.execPath, [main, String(seeds)], {
        encoding: 'utf8',
        timeout: 60_000,
      })
      return status === 0 ? undefined : stderr.trim().split('\n')[0] || 'it does not end'
    } finally {
      writeFileSync(path, sound)
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
