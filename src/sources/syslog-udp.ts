/** Syslog by UDP: one datagram is one line. What is more than can be held is dropped, and counted. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Feed, Intake } from './feed.ts';
import { kernelDrops } from './kernel-drops.ts';
import { cannotListen } from './stream-problems.ts';
import type { FromReceiver, ReceiverOptions } from './udp-receiver.ts';

/** How often the kernel is asked what it dropped. */
const LOOK_MS = 1_000;
/** The receiver ends within this time, or is ended. */
const END_MS = 1_000;

export function createUdpFeed(address: {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}): (intake: Intake) => Feed {
  return (intake) => createFeed(address, intake);
}

function createFeed(address: Parameters<typeof createUdpFeed>[0], intake: Intake): Feed {
  const { name, host, port } = address;
  const onTheWay = new Int32Array(new SharedArrayBuffer(4));
  let receiver: Worker | undefined;
  let isListening = false;
  let problem: string | undefined;
  let looking: NodeJS.Timeout | undefined;
  let dropsTold = 0;

  function take(message: FromReceiver): void {
    if (message.kind === 'lines') {
      Atomics.sub(onTheWay, 0, message.bytes.length);
      hand(message.bytes, message.lines);
      intake.skip('dropped', message.dropped.bytes, message.dropped.lines);
      return;
    }
    isListening = message.kind === 'listening';
    // The kernel counts anew with each socket.
    dropsTold = 0;
    const { code, message: text } = message.kind === 'failed' ? message : { code: '', message: '' };
    const sentence = isListening ? undefined : cannotListen(name, Object.assign(new Error(text), { code }));
    if (sentence === problem) return;
    problem = sentence;
    intake.changed();
  }

  function hand(bytes: Uint8Array, lines: number): void {
    if (bytes.length === 0) return;
    if (intake.room() < bytes.length) intake.skip('dropped', bytes.length, lines);
    else intake.lines(bytes);
  }

  async function look(): Promise<void> {
    if (!isListening) return;
    const drops = await kernelDrops(host, port);
    // Of what the kernel dropped only the number is known.
    if (drops > dropsTold) intake.skip('dropped', 0, drops - dropsTold);
    dropsTold = Math.max(drops, dropsTold);
  }

  return {
    async start() {
      const options: ReceiverOptions = { host, port, onTheWay };
      const file = new URL(`./udp-receiver${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
      const starting = new Worker(file, { workerData: options });
      receiver = starting;
      looking = setInterval(() => void look(), LOOK_MS);
      looking.unref();
      // It fails only by a bug, which is ours to see.
      starting.on('error', (error) => {
        throw error;
      });
      await new Promise<void>((resolve) => {
        starting.on('message', (message: FromReceiver) => {
          take(message);
          resolve();
        });
      });
      return undefined;
    },
    // Nobody can be asked to wait: what there is no room for is dropped.
    pause() {},
    resume() {},
    problems: () => (problem === undefined ? [] : [problem]),
    async close() {
      clearInterval(looking);
      await look();
      isListening = false;
      await end(receiver);
    },
  };
}

/** Asks for what it still has, and does not wait for long. */
async function end(receiver: Worker | undefined): Promise<void> {
  if (!receiver) return;
  const ended = once(receiver, 'exit');
  receiver.postMessage('end');
  const giveUp = setTimeout(() => void receiver.terminate(), END_MS);
  await ended;
  clearTimeout(giveUp);
}
