/** The linesmen under test: one or two of one name, each on a data folder of its own, killed and frozen by turns. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from '../../src/redis/limits.ts';
import type { Running, World } from '../support/service.ts';

/** A frozen one does not answer. */
const ANSWER_WITHIN_MS = 1_000;

export interface Fleet {
  readonly size: number;
  /** SIGKILL, and starts it again. */
  kill(which: number): Promise<void>;
  /** SIGSTOP, and SIGCONT after that long. */
  freeze(which: number, ms: number): Promise<void>;
  /** Number of the one at work, once it says so. */
  atWork(): Promise<number | undefined>;
  /** Lines counted by the one at work; NaN where none says so now. */
  lines(): Promise<number>;
  metrics(): Promise<string>;
  statuses(): Promise<Readonly<Record<string, number>>>;
  /** Ends that nobody asked for. */
  ownEnds(): readonly string[];
}

export async function startFleet(world: World, size: number): Promise<Fleet> {
  const ownEnds: string[] = [];
  const expected = new WeakSet<Running>();
  const begin = (which: number): Running => {
    const running = world.begin({ env: which === 0 ? {} : { LINESMAN_DATA: dataOf(world, which) } });
    observe(running);
    return running;
  };
  const all = [await world.start()];
  observe(all[0] as Running);
  for (let which = 1; which < size; which += 1) all.push(begin(which));

  function observe(running: Running): void {
    void running.ended.then((code) => {
      if (!expected.has(running)) ownEnds.push(`${code}: ${running.stderr().slice(0, 2_000)}`);
    });
  }

  async function look(): Promise<{ readonly which: number; readonly lines: number } | undefined> {
    for (const [which, running] of all.entries()) {
      const health = await within(ANSWER_WITHIN_MS, running.health()).catch(() => undefined);
      // One that is starting has no sources to show yet.
      if (health && health.standby === undefined && !health.reasons.includes('linesman is starting.'))
        return { which, lines: health.lines };
    }
    return undefined;
  }

  async function worker(): Promise<Running> {
    for (;;) {
      const found = await look();
      if (found) return all[found.which] as Running;
      await pause(100);
    }
  }

  return {
    size,
    async kill(which) {
      const running = all[which] as Running;
      expected.add(running);
      await running.kill();
      all[which] = begin(which);
    },
    async freeze(which, ms) {
      const { pid } = all[which] as Running;
      process.kill(pid, 'SIGSTOP');
      await pause(ms);
      process.kill(pid, 'SIGCONT');
    },
    atWork: async () => (await look())?.which,
    lines: async () => (await look())?.lines ?? Number.NaN,
    metrics: async () => await (await worker()).metrics(),
    statuses: async () => await (await worker()).statuses(),
    ownEnds: () => [...ownEnds],
  };
}

function dataOf(world: World, which: number): string {
  return join(world.folder, `data-${which + 1}`);
}
