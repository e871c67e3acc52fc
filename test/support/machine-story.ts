/** The machine's figures through the engine to the mails, with time as an argument. */
import type { Measurement } from '../../src/core/plugin.ts';
import type { MailModel } from '../../src/core/types.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../src/engine/figures.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createTicker } from '../../src/engine/tick.ts';
import { createMemoryStore } from '../../src/memory/store.ts';

export interface MachineStory {
  readonly watches: readonly ArmedWatch[];
  /** Instant of the first figures. */
  readonly start: number;
  readonly seconds: number;
  /** Time between two takings of figures. */
  readonly everySeconds?: number;
  /** What is measured so many seconds after the start. */
  readonly measure: (seconds: number) => readonly Measurement[] | Promise<readonly Measurement[]>;
}

/** The mails of it all, in their order; a tick follows each taking of figures. */
export async function machineStory(story: MachineStory): Promise<readonly MailModel[]> {
  const store = createMemoryStore();
  let commits = 0;
  const newCommitId = () => `c${++commits}`;
  const figures = createFigures(createSourceChain({ store, host: 'web-1', source: MACHINE_SOURCE, newCommitId }));
  const ticker = createTicker({
    ...{ store, newCommitId, receivers: ['ops@example.com'], watches: { [MACHINE_SOURCE]: story.watches } },
    facts: { host: 'web-1', timezone: 'UTC', version: 'test' },
  });
  const mails: MailModel[] = [];
  for (let second = 0; second <= story.seconds; second += story.everySeconds ?? 10) {
    const now = story.start + second * 1_000;
    const measured = await story.measure(second);
    // The machine's own figures come all the time.
    await figures.add([...measured, { series: 'host.cpu.busy', value: 1 }], now);
    const { notifications } = await ticker.tick({ complete: { [MACHINE_SOURCE]: now + 1_000 }, delivered: () => true });
    mails.push(...notifications.map(({ model }) => model));
  }
  return mails;
}
