/** docs/WATCHES.md names every shipped watch as it is, and few of them mail by default. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SELF_WATCHES } from '../../src/app/self.ts';
import type { WatchSpec } from '../../src/core/plugin.ts';
import { loadCollectors } from '../../src/registry.ts';
import { shippedPatterns } from '../tools/shipped-patterns.ts';

/** Of one machine with one web server: twelve, and three that nothing else tells: a disk that fails, inodes that are used up, a program killed for memory. */
const MAILING_MAX = 15;
/** What each of them writes besides an access log; a proxy that reads HTTP has no log of sessions. */
const WEB_SERVERS: Readonly<Record<string, readonly string[]>> = {
  nginx: ['nginx.'],
  'Apache httpd': ['apache.'],
  HAProxy: ['haproxy.backend.'],
};

const { watches: ofPatterns } = await shippedPatterns();
const ofMachine = [...(await loadCollectors()).values()].flatMap(({ watches }) => watches);
const page = readFileSync(new URL('../../docs/WATCHES.md', import.meta.url), 'utf8');

test('the page has every shipped watch, as it is', () => {
  const rows = [...page.matchAll(/^\| `([a-z0-9._]+)` \| (\w+) \| [^|]+ \| (\w+) \| (\w+) \| [^|]+ \|$/gm)];
  const told = rows.map(([, ...cells]) => cells.join(' '));
  const shipped = [...ofPatterns, ...ofMachine, ...SELF_WATCHES].map((watch) =>
    [watch.name, watch.detector, watch.severity, deliveryOf(watch)].join(' '),
  );

  assert.deepEqual(told.toSorted(), shipped.toSorted());
});

for (const [name, own] of Object.entries(WEB_SERVERS)) {
  test(`one machine with ${name} mails at most ${MAILING_MAX} watches`, () => {
    const others = Object.values(WEB_SERVERS).flat();
    const isOthers = (watch: WatchSpec) =>
      others.some((prefix) => watch.name.startsWith(prefix) && !own.includes(prefix));
    const isOfSessions = (watch: WatchSpec) => watch.name.startsWith('haproxy.sessions.');
    const mailing = [...ofPatterns, ...ofMachine].filter(
      (watch) => deliveryOf(watch) === 'mail' && !isOthers(watch) && !isOfSessions(watch),
    );

    assert.ok(mailing.length <= MAILING_MAX, mailing.map((watch) => watch.name).join());
    assert.ok(
      mailing.some((watch) => own.some((prefix) => watch.name.startsWith(prefix))),
      name,
    );
  });
}

test('what is critical is mailed', () => {
  const kept = [...ofPatterns, ...ofMachine].filter(
    (watch) => watch.severity === 'critical' && deliveryOf(watch) !== 'mail',
  );

  assert.deepEqual(kept, []);
});

test('what is mailed has a severity that somebody answers', () => {
  const light = [...ofPatterns, ...ofMachine].filter(
    (watch) => deliveryOf(watch) === 'mail' && watch.severity === 'info',
  );

  assert.deepEqual(light, []);
});

test('every shipped watch says why and what to do, with a command', () => {
  for (const { name, why, whatToDo } of [...ofPatterns, ...ofMachine]) {
    assert.match(why, /^[A-Za-z].*\.$/s, name);
    assert.match(whatToDo, /(?:^|[:`;(] ?)(?:[a-z]+ -|[a-z-]+ [A-Za-z-]+|top|dmesg|df)/m, name);
  }
});

function deliveryOf({ delivery = 'mail' }: WatchSpec): string {
  return delivery;
}
