/** From what the kernel says of memory to mails, over the engine, with time as an argument. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { createMemoryReader } from '../../src/collectors/memory.ts';
import { loadConfig } from '../../src/config/config.ts';
import { renderText } from '../../src/core/render/text.ts';
import type { MailModel } from '../../src/core/types.ts';
import { T0 } from '../engine/parts.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { machineStory } from '../support/machine-story.ts';

const EVERY_S = 20;
const { machineWatches } = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);
const watches = machineWatches.filter(({ watch }) => /^host\.(memory|swap)/.test(watch.name));

test('a kill for want of memory is one mail within half a minute, with whom it was, and no all-clear', async (context) => {
  const mails = await story(context, { seconds: 1_800, killsAt: [600] });

  assert.deepEqual(
    mails.map(({ watch, transition, severity }) => [watch, transition, severity]),
    [['host.memory.oom', 'firing', 'warning']],
  );
  const [mail] = mails;
  assert.ok((mail?.at ?? 0) - (T0 + 600_000) <= 30_000, `after ${(mail?.at ?? 0) - T0 - 600_000} ms`);
  const text = renderText(mail as MailModel, 0);
  assert.match(text, /Killed: postgres \(pid 600\), which had 66\.6 MB\./);
  assert.match(text, /journalctl -k/);
});

test('kills one after another are one fault; one an hour later is told again', async (context) => {
  const mails = await story(context, { seconds: 7_200, killsAt: [600, 620, 660, 5_400] });

  assert.deepEqual(
    mails.map(({ watch, transition }) => [watch, transition]),
    [
      ['host.memory.oom', 'firing'],
      ['host.memory.oom', 'firing'],
    ],
  );
});

test('a machine that was started anew, whose counter begins again, tells nothing', async (context) => {
  const mails = await story(context, { seconds: 1_800, killsAt: [], countFrom: (seconds) => (seconds < 900 ? 7 : 2) });

  assert.deepEqual(mails, []);
});

test('little memory that lasts makes no mail by itself', async (context) => {
  const mails = await story(context, { seconds: 1_800, killsAt: [], availableKib: 300 });

  assert.deepEqual(mails, []);
});

/** One reading each 20 s; kills at these seconds. */
async function story(
  context: TestContext,
  given: {
    readonly seconds: number;
    readonly killsAt: readonly number[];
    readonly availableKib?: number;
    readonly countFrom?: (seconds: number) => number;
  },
): Promise<readonly MailModel[]> {
  const { places, write } = fakeMachine(context);
  let now = 0;
  const kmsg = join(places.root, 'kmsg');
  const reader = createMemoryReader(places, { clock: () => now * 1_000, kmsg });
  return await machineStory({
    ...{ watches, start: T0, seconds: given.seconds, everySeconds: EVERY_S },
    measure: async (seconds) => {
      now = seconds;
      const killed = given.killsAt.filter((at) => at <= seconds);
      const records = killed.map(
        (at) => `3,1,${at * 1e6},-;Out of memory: Killed process ${at} (postgres) total-vm:67884kB, anon-rss:65000kB`,
      );
      write({
        'proc/uptime': `${seconds}.00 1.00\n`,
        'proc/meminfo': `MemTotal: 8000 kB\nMemAvailable: ${given.availableKib ?? 4_000} kB\nSwapTotal: 0 kB\n`,
        'proc/vmstat': `oom_kill ${(given.countFrom?.(seconds) ?? 0) + killed.length}\n`,
        'root/kmsg': `${records.join('\n')}\n`,
      });
      return await reader.collect();
    },
  });
}
