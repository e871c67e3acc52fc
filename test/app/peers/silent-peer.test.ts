/** From the silence of a peer to the mail, with the clock moved: what the pages say of how long it takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { createPeerWatch } from '../../../src/app/peers/peer-watch.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { MailModel } from '../../../src/core/types.ts';
import type { Peer } from '../../../src/redis/peers.ts';
import { T0 } from '../../engine/parts.ts';
import { machineStory } from '../../support/machine-story.ts';

const { machineWatches } = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);
const GONE_AT = 300;
const TOLD_WITHIN = 120;

/** Mails of one host whose peer spoke last at these seconds after the start; it beats every ten seconds otherwise. */
async function story(
  seconds: number,
  spokeAt: (seconds: number) => number,
  state: Peer['state'] = 'running',
): Promise<readonly MailModel[]> {
  const watch = createPeerWatch('web-1');
  return await machineStory({
    ...{ watches: machineWatches, start: T0, seconds },
    measure(now) {
      const ageMs = (now - spokeAt(now)) * 1_000;
      const teller = ageMs > 60_000 ? 'web-1' : undefined;
      return watch.measure(
        [{ host: 'web-2', ageMs, state, place: 'm2', version: '1.0.0', teller }],
        T0 + now * 1_000,
        now === 0 ? undefined : 10_000,
      );
    },
  });
}

test('a peer that dies is told once within two minutes, and its return once', async () => {
  const backAt = 900;
  const mails = await story(1_200, (now) => (now < GONE_AT || now >= backAt ? now : GONE_AT));

  assert.deepEqual(
    mails.map(({ transition, severity, labels }) => [transition, severity, labels.peer]),
    [
      ['firing', 'critical', 'web-2'],
      ['resolved', 'critical', 'web-2'],
    ],
  );
  const [mail] = mails;
  assert.ok(((mail?.at ?? 0) - T0) / 1_000 - GONE_AT <= TOLD_WITHIN, `${((mail?.at ?? 0) - T0) / 1_000} s`);
  assert.match(mail?.subject ?? '', /^\[linesman critical\] web-1 Silent linesman of web-2 /);
  assert.match(mail?.whatToDo ?? '', /`ping web-2`.*\n.*\n.*`linesman peers --forget web-2`/);
  assert.match(
    mail?.evidence.join('\n') ?? '',
    /The linesman of web-2 \(version 1\.0\.0, on m2\) was heard of last at [-0-9]+ [:0-9]+ UTC/,
  );
});

test('one that restarts within a minute, and one that was stopped for ten, is not told', async () => {
  assert.deepEqual(await story(900, (now) => (now < GONE_AT || now >= GONE_AT + 50 ? now : GONE_AT)), []);
  assert.deepEqual(await story(900, (now) => Math.min(now, GONE_AT), 'stopped'), []);
});

test('one that was stopped and is not back after a quarter of an hour is told', async () => {
  const mails = await story(1_500, (now) => Math.min(now, GONE_AT), 'stopped');

  assert.equal(mails.length, 1);
  assert.match(mails[0]?.evidence.join('\n') ?? '', /was stopped at [-0-9]+ [:0-9]+ UTC and did not come back/);
});

test('restarts of the one that tells say nothing of a peer that is still silent', async () => {
  const restarts = [600, 640, 680];
  let watch = createPeerWatch('web-1');
  const mails = await machineStory({
    ...{ watches: machineWatches, start: T0, seconds: 900 },
    measure(now) {
      const isRestart = restarts.includes(now);
      if (isRestart) watch = createPeerWatch('web-1');
      const ageMs = Math.max(0, now - GONE_AT) * 1_000;
      const heard = { host: 'web-2', ageMs, state: 'running', place: 'm2', version: '1.0.0', teller: 'web-1' } as const;
      return watch.measure([heard], T0 + now * 1_000, isRestart || now === 0 ? undefined : 10_000);
    },
  });

  assert.deepEqual(
    mails.map(({ transition }) => transition),
    ['firing'],
  );
});
