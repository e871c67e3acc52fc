import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clocks, collector, createClockReader, steadyClock } from '../../src/collectors/clock.ts';
import { startNtpStub } from '../support/ntp-stub.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const SERVER = { host: 'time.example', port: 123 };
const START = Date.UTC(2026, 0, 1);

test('a clock that is set forward or back jumps, and that is a change of the machine', async () => {
  const { clocks, pass, set } = movedClocks();
  const reader = createClockReader(undefined, clocks);

  assert.deepEqual(await reader.collect(), [], 'the first reading has nothing before it');
  pass(60_000);
  assert.deepEqual(await reader.collect(), [{ series: 'host.clock.jump', value: 0 }]);
  pass(60_000);
  set(3_200);
  assert.deepEqual(await reader.collect(), [
    { series: 'host.clock.jump', value: 3.2 },
    {
      ...{ series: 'machine.change{kind=clock}', value: 1 },
      lines: ['The clock of this machine was set 3.2 s forward.'],
    },
  ]);
  pass(60_000);
  set(-3_600_000);
  assert.deepEqual((await reader.collect())[1]?.lines, ['The clock of this machine was set 1 h back.']);
});

test('a clock that is adjusted slowly does not jump', async () => {
  const { clocks, pass, set } = movedClocks();
  const reader = createClockReader(undefined, clocks);
  await reader.collect();
  pass(60_000);
  set(30);

  assert.deepEqual(await reader.collect(), [{ series: 'host.clock.jump', value: 0.03 }]);
});

test('the clock of a machine that slept was not set', async (t) => {
  const proc = await mkdtemp(join(tmpdir(), 'linesman-clock-'));
  t.after(async () => await rm(proc, { recursive: true }));
  const uptime = join(proc, 'uptime');
  await writeFile(uptime, '1000.00 900.00\n');
  const { clocks, pass } = movedClocks();
  // That of the process stands still meanwhile.
  const reader = createClockReader(undefined, { ...clocks, steady: steadyClock({ proc }, () => 0) });
  await reader.collect();

  pass(8 * 3_600_000);
  await writeFile(uptime, '29800.00 900.00\n');

  assert.deepEqual(await reader.collect(), [{ series: 'host.clock.jump', value: 0 }]);
});

test('where the machine does not say since when it runs the clock of the process is taken', () => {
  assert.equal(steadyClock({ proc: '/nowhere' }, () => 7)(), 7);
});

test('a time server is asked every five minutes, and anew where the clock was set', async () => {
  const asked: number[] = [];
  const { clocks, pass, set } = movedClocks(async () => {
    asked.push(clocks.steady());
    return { seconds: -0.4, roundTripSeconds: 0.02 };
  });
  const reader = createClockReader(SERVER, clocks);

  const [answered, offset] = await reader.collect();
  for (let i = 0; i < 9; i += 1) {
    pass(60_000);
    await reader.collect();
  }
  assert.deepEqual(asked, [0, 300_000]);
  assert.deepEqual(answered, { series: 'host.clock.answered', value: 1 });
  assert.deepEqual(offset, {
    ...{ series: 'host.clock.offset', value: 0.4 },
    lines: ['The clock of this machine is 400 ms ahead of that of time.example, whose answer took 20 ms.'],
  });
  set(-400);
  await reader.collect();
  assert.equal(asked.length, 2, 'half a second is a jump');
  set(-600);
  await reader.collect();
  assert.equal(asked.length, 3);
});

test('one that does not answer leaves the error unknown, and says why', async () => {
  const { clocks } = movedClocks(async () => await Promise.reject(new Error('it did not answer within 2 s')));

  assert.deepEqual(await createClockReader(SERVER, clocks).collect(), [
    {
      ...{ series: 'host.clock.answered', value: 0 },
      lines: ['The time server time.example said nothing: it did not answer within 2 s.'],
    },
  ]);
});

test('the option names the server, and only a server', async (t) => {
  const server = await startNtpStub(2_000);
  t.after(server.end);

  const measured = await collector.compile({ server: `127.0.0.1:${server.port}` }, THIS_MACHINE).collect();

  const offset = measured.find(({ series }) => series === 'host.clock.offset')?.value ?? 0;
  assert.ok(Math.abs(offset - 2) < 0.5, `${offset}`);
  assert.equal(server.questions(), 1);
  assert.throws(
    () => collector.compile({ server: 'http://x' }, THIS_MACHINE),
    /collectors\.clock: server: "http:\/\/x" is no time server; write/,
  );
});

/** Steady time from 0, and a clock on the wall that can be set. */
function movedClocks(ask: Clocks['ask'] = async () => await Promise.reject(new Error('nobody is to be asked'))) {
  let steady = 0;
  let off = START;
  const clocks: Clocks = { wall: () => off + steady, steady: () => steady, ask };
  return {
    clocks,
    pass: (ms: number) => {
      steady += ms;
    },
    set: (ms: number) => {
      off += ms;
    },
  };
}
