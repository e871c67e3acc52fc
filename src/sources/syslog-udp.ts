/** Syslog by UDP: one datagram is one line. What is more than can be held is dropped, and counted. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Feed, Intake } from './feed.ts';
import { kernelDrops } from './kernel-drops.ts';
import { cannotListen } from './stream-problems.ts';
import { toLine } from './syslog-frames.ts';

/** Asked of the kernel for a burst that comes while we work; it gives less where net.core.rmem_max is less. */
const RECEIVE_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 1_000;
/** How often the kernel is asked what it dropped. */
const LOOK_MS = 1_000;

export function createUdpFeed(address: {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}): (intake: Intake) => Feed {
  return (intake) => createFeed(address, intake);
}

function createFeed(address: Parameters<typeof createUdpFeed>[0], intake: Intake): Feed {
  const { name, host, port } = address;
  let socket: Socket | undefined;
  let problem: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let dropsTold = 0;
  let isClosed = false;

  async function listen(): Promise<void> {
    const opening = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BYTES });
    opening.on('message', receive);
    const error = await new Promise<Error | undefined>((resolve) => {
      opening.on('error', resolve);
      opening.bind(port, host, () => resolve(undefined));
    });
    if (error) opening.close();
    else if (isClosed) opening.close();
    else socket = opening;
    dropsTold = 0;
    say(error && cannotListen(name, error));
    if (error && !isClosed) retry = setTimeout(() => void listen(), RETRY_MS);
  }

  function receive(message: Buffer): void {
    const line = toLine(message);
    if (line.length === 0) return;
    if (intake.room() < line.length) intake.skip('dropped', line.length, 1);
    else intake.lines(line);
  }

  async function look(): Promise<void> {
    if (!socket) return;
    const drops = await kernelDrops(host, port);
    // Of what the kernel dropped only the number is known.
    if (drops > dropsTold) intake.skip('dropped', 0, drops - dropsTold);
    dropsTold = Math.max(drops, dropsTold);
  }

  function say(sentence: string | undefined): void {
    if (problem === sentence) return;
    problem = sentence;
    intake.changed();
  }

  return {
    async start() {
      looking = setInterval(() => void look(), LOOK_MS);
      looking.unref();
      await listen();
      return undefined;
    },
    // Nobody can be asked to wait: receive() looks for room.
    pause() {},
    resume() {},
    problems: () => (problem === undefined ? [] : [problem]),
    async close() {
      isClosed = true;
      clearTimeout(retry);
      clearInterval(looking);
      await look();
      await new Promise<void>((resolve) => (socket ? socket.close(resolve) : resolve()));
    },
  };
}
