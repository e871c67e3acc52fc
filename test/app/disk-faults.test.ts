/** From what the disks say to mails, over the engine, with time as an argument. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { collector, createDiskReader } from '../../src/collectors/disk.ts';
import { loadConfig } from '../../src/config/config.ts';
import { renderText } from '../../src/core/render/text.ts';
import type { MailModel } from '../../src/core/types.ts';
import type { FileSystem } from '../../src/machine/file-systems.ts';
import { T0 } from '../engine/parts.ts';
import { machineStory } from '../support/machine-story.ts';

const HOUR_S = 3_600;
/** Stories of days are taken in larger steps, which the windows allow. */
const LONG_S = 4 * HOUR_S;
const LONG_STEP_S = 120;
const SIZE = 100_000_000_000;
const { machineWatches } = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);
const watches = machineWatches.filter(({ watch }) => collector.watches.some(({ name }) => name === watch.name));

for (const hours of [6.5, 30.2, 48]) {
  test(`a disk that fills steadily from 40%, and is full after ${hours} h, is told 4 h ahead at least`, async (t) => {
    const full = T0 + hours * HOUR_S * 1_000;

    const [mail] = await story((seconds) => ({ used: 40 + (60 * seconds) / (hours * HOUR_S) }), hours * HOUR_S);

    assert.equal(mail?.watch, 'host.disk.fill');
    const ahead = (full - (mail?.at ?? full)) / 3_600_000;
    t.diagnostic(`${ahead.toFixed(1)} h ahead`);
    assert.ok(ahead >= 4 && ahead <= 24.5, `${ahead} h ahead`);
    const off = ((mail?.finding.fullAt ?? 0) - full) / 60_000;
    assert.ok(Math.abs(off) <= 30, `it says ${off} min too late`);
    assert.match(renderText(mail as MailModel, 0), /\/srv/);
  });
}

test('one that fills for ten hours and stays so is not told', async () => {
  const mails = await story((seconds) => ({ used: Math.min(50, 40 + seconds / HOUR_S) }), 20 * HOUR_S);

  assert.deepEqual(mails, []);
});

test('inodes that are used up are told at 90%, in the mean of five minutes', async () => {
  const mails = await story((seconds) => ({ used: 20, inodes: seconds < 600 ? 50 : seconds < 1_800 ? 95 : 60 }), 2_700);

  assert.deepEqual(
    mails.map(({ watch, transition, severity }) => [watch, transition, severity]),
    [
      ['host.inodes.full', 'firing', 'warning'],
      ['host.inodes.full', 'resolved', 'warning'],
    ],
  );
  assert.ok((mails[0]?.at ?? 0) - (T0 + 600_000) <= 330_000, `after ${(mails[0]?.at ?? 0) - T0 - 600_000} ms`);
});

test('a disk that becomes read-only is critical within a minute, with what was seen', async () => {
  const mails = await story((seconds) => ({ used: 20, isReadOnly: seconds >= 600 && seconds < 1_200 }), 1_800);

  assert.deepEqual(
    mails.map(({ watch, transition, severity }) => [watch, transition, severity]),
    [
      ['host.disk.readonly', 'firing', 'critical'],
      ['host.disk.readonly', 'resolved', 'critical'],
    ],
  );
  assert.ok((mails[0]?.at ?? 0) - (T0 + 600_000) <= 60_000, `after ${(mails[0]?.at ?? 0) - T0 - 600_000} ms`);
  assert.deepEqual(mails[0]?.evidence, [
    '/srv (/dev/sdb1, ext4) cannot be written any more: the kernel stopped writing to it, as it does after an error (errors=remount-ro).',
  ]);
});

interface Disk {
  /** Percent. */
  readonly used: number;
  readonly inodes?: number;
  readonly isReadOnly?: boolean;
}

async function story(at: (seconds: number) => Disk, seconds: number): Promise<readonly MailModel[]> {
  let now: Disk = { used: 0 };
  const unseen = () => ({ silent: [], leftOut: 0 });
  const reader = createDiskReader({ read: async () => [fileSystemOf(now)], unseen }, '');
  return await machineStory({
    ...{ watches, start: T0, seconds, everySeconds: seconds > LONG_S ? LONG_STEP_S : collector.everyMs / 1_000 },
    async measure(second) {
      now = at(second);
      return await reader.collect();
    },
  });
}

function fileSystemOf({ used, inodes = 10, isReadOnly = false }: Disk): FileSystem {
  const bytes = Math.min(SIZE, (SIZE * used) / 100);
  return {
    ...{ fs: '8:17', type: 'ext4', mount: '/srv', size: SIZE, used: bytes, available: SIZE - bytes },
    ...{ inodes: 1_000, inodesFree: 1_000 - inodes * 10 },
    mounted: {
      ...{ device: '8:17', root: '/', point: '/srv', type: 'ext4', from: '/dev/sdb1' },
      ...{ options: ['rw'], superOptions: [isReadOnly ? 'ro' : 'rw', 'errors=remount-ro'] },
    },
  };
}
