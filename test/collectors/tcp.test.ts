import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTcpReader } from '../../src/collectors/tcp.ts';
import { createCounters } from '../../src/machine/counters.ts';
import { fakeMachine } from '../support/fake-proc.ts';

test('connections are told, and what became of them since the last reading', async (t) => {
  const { places, write } = fakeMachine(
    t,
    tables({ opens: 5, fails: 1, resets: 2, out: 1_000, again: 10, rsts: 3, over: 7, drops: 8 }),
  );
  let now = 0;
  const reader = createTcpReader(
    places,
    createCounters(() => now),
  );
  assert.deepEqual(await reader.collect(), [{ series: 'host.tcp.established', value: 5 }]);

  write(tables({ opens: 6, fails: 21, resets: 42, out: 1_900, again: 110, rsts: 13, over: 9, drops: 18 }));
  now = 10_000;

  assert.deepEqual(Object.fromEntries((await reader.collect()).map(({ series, value }) => [series, value])), {
    'host.tcp.established': 6,
    'host.tcp.retransmitted': 0.1,
    'host.tcp.failed': 2,
    'host.tcp.resets': 4,
    'host.tcp.refused': 1,
    'host.tcp.overflows': 2,
    'host.tcp.drops': 10,
  });
});

test('of few segments no share is told, and counters of a machine that was started anew say nothing', async (t) => {
  const before = { opens: 5, fails: 1, resets: 2, out: 1_000, again: 10, rsts: 3, over: 7, drops: 8 };
  const { places, write } = fakeMachine(t, tables(before));
  let now = 0;
  const reader = createTcpReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  write(tables({ ...before, out: 1_050, again: 20 }));
  now = 1_000;
  const few = (await reader.collect()).map(({ series }) => series);
  write(tables({ ...before, out: 5, again: 0 }));
  now = 2_000;
  const anew = (await reader.collect()).map(({ series }) => series);

  assert.ok(few.includes('host.tcp.failed') && !few.includes('host.tcp.retransmitted'), few.join());
  assert.deepEqual(anew, ['host.tcp.established', 'host.tcp.overflows', 'host.tcp.drops']);
});

test("the firewall's table is the host's, by its first column in hex", async (t) => {
  const { places } = fakeMachine(t, {
    'proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
    'proc/sys/net/netfilter/nf_conntrack_count': '3\n',
    'proc/1/net/stat/nf_conntrack': 'entries  clashres found\n00010000  00000000 00000000\n00010000  0 0\n',
  });

  assert.deepEqual(await createTcpReader(places, createCounters()).collect(), [
    { series: 'host.conntrack.used', value: 25 },
  ]);
});

test("with the host's /proc alone our own count is not told for its", async (t) => {
  const { places } = fakeMachine(t, {
    'proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
    'proc/sys/net/netfilter/nf_conntrack_count': '3\n',
  });

  assert.deepEqual(await createTcpReader(places, createCounters()).collect(), []);
});

test('tables that are none do no harm', async (t) => {
  const { places, write } = fakeMachine(t);
  for (const text of [
    '',
    'Tcp:\n',
    'Tcp: CurrEstab\n',
    'Tcp: CurrEstab\nTcp: x\n',
    '\0'.repeat(100),
    'Tcp: '.repeat(99_999),
  ]) {
    write({ 'proc/1/net/snmp': text, 'proc/1/net/netstat': text, 'proc/1/net/stat/nf_conntrack': text });
    write({ 'proc/sys/net/netfilter/nf_conntrack_max': text });
    assert.deepEqual(await createTcpReader(places, createCounters()).collect(), [], text.slice(0, 20));
  }
});

interface Figures {
  readonly [name: string]: number;
}

function tables(of: Figures): Readonly<Record<string, string>> {
  return {
    'proc/1/net/snmp': `Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoAlgorithm MaxConn AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts\nTcp: 1 -1 ${of.fails} ${of.resets} ${of.opens} 0 ${of.out} ${of.again} 0 ${of.rsts}\n`,
    'proc/1/net/netstat': `TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 ${of.over} ${of.drops}\nIpExt: InOctets\nIpExt: 1\n`,
  };
}
