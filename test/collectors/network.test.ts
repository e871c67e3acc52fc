import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetworkReader, MAX_INTERFACES } from '../../src/collectors/network.ts';
import { createCounters } from '../../src/machine/counters.ts';
import { fakeMachine } from '../support/fake-proc.ts';

const HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

test('bytes a second, errors and the share of dropped packets are told since the last reading', async (t) => {
  const { places, write } = fakeMachine(t, {
    'proc/1/net/dev': `${HEAD}  eth0: 1000 10 0 0 0 0 0 0 500 5 0 0 0 0 0 0\n`,
  });
  let now = 0;
  const reader = createNetworkReader(
    places,
    createCounters(() => now),
  );
  assert.deepEqual(await reader.collect(), []);

  write({ 'proc/1/net/dev': `${HEAD}  eth0:201000 1510 3 60 0 0 0 0 100500 445 1 0 0 0 0 0\n` });
  now = 20_000;

  assert.deepEqual(Object.fromEntries((await reader.collect()).map(({ series, value }) => [series, value])), {
    'host.network.received{interface=eth0}': 10_000,
    'host.network.sent{interface=eth0}': 5_000,
    'host.network.errors{interface=eth0}': 4,
    // 60 of 1,500 + 440 + 60
    'host.network.drops{interface=eth0}': 0.03,
  });
});

test('errors of a tunnel, whose peer may be away, are no errors of an interface', async (t) => {
  const { places, write } = fakeMachine(t, { 'proc/1/net/dev': dev(['wg0', 10], ['eth0', 10], ['tun0', 10]) });
  let now = 0;
  const reader = createNetworkReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  write({ 'proc/1/net/dev': dev(['wg0', 20], ['eth0', 20], ['tun0', 20]) });
  now = 20_000;

  const series = (await reader.collect()).map((one) => one.series);

  assert.ok(series.includes('host.network.received{interface=wg0}'));
  assert.deepEqual(
    series.filter((one) => one.includes('errors')),
    ['host.network.errors{interface=eth0}'],
  );
});

test('of few packets no share is told', async (t) => {
  const { places, write } = fakeMachine(t, { 'proc/1/net/dev': dev(['eth0', 10]) });
  let now = 0;
  const reader = createNetworkReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  write({ 'proc/1/net/dev': dev(['eth0', 400]) });
  now = 1_000;

  const series = (await reader.collect()).map((one) => one.series);

  assert.equal(series.length, 3);
  assert.ok(!series.some((one) => one.includes('drops')));
});

test('what the machine sends to itself, its containers or through another interface is left out', async (t) => {
  const names = [
    'lo',
    'eth0',
    'eth0.100',
    'wlan0',
    'veth12ab',
    'docker0',
    'br-0a1b',
    'virbr0',
    'br0',
    'vmbr0',
    'fwpr100p0',
    'eni1a2b3c4d5e6',
    'ovs-system',
    'ifb0',
    'bond0',
    'wg0',
    'x.y',
  ];
  const { places } = fakeMachine(t, { 'proc/1/net/dev': dev(...names.map((name) => [name, 9] as const)) });

  assert.deepEqual(await interfaces(places), ['eth0', 'wlan0', 'bond0', 'wg0', 'x.y']);
});

test("with the host's /proc alone our own network is not told for its", async (t) => {
  const { places } = fakeMachine(t, { 'proc/self/net/dev': dev(['eth0', 9]) });

  assert.deepEqual(await interfaces(places), []);
});

test('a table that is none, and one without end, do no harm', async (t) => {
  const { places, write } = fakeMachine(t);
  for (const text of [
    '',
    '\0',
    HEAD,
    'eth0: 1 2 3\n',
    ': 1 1 1 1 1 1 1 1 1 1 1 1\n',
    'eth0: a b c d e f g h i j k l\n',
  ]) {
    write({ 'proc/1/net/dev': text });
    assert.deepEqual(await interfaces(places), [], text.slice(0, 20));
  }
  write({ 'proc/1/net/dev': dev(...Array.from({ length: 20_000 }, (_, i) => [`eth${i}`, 9] as const)) });
  assert.equal((await interfaces(places)).length, MAX_INTERFACES);
});

async function interfaces(places: Parameters<typeof createNetworkReader>[0]): Promise<readonly string[]> {
  let now = 0;
  const reader = createNetworkReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  now = 1_000;
  const series = (await reader.collect()).map((one) => one.series);
  return series.flatMap((one) => /^host\.network\.sent\{interface=(.*)\}$/.exec(one)?.[1] ?? []);
}

/** Of name and packets, 100 bytes each. */
function dev(...interfaces: readonly (readonly [string, number])[]): string {
  return HEAD + interfaces.map(([name, n]) => `${name}: ${n}00 ${n} 0 0 0 0 0 0 ${n}00 ${n} 0 0 0 0 0 0\n`).join('');
}
