/** Lines that no pattern takes, and stamps that are off: what is said of them, over the parser that reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { createLineWatch } from '../../../src/app/reading/line-watch.ts';
import { createWitness } from '../../../src/app/reading/witness.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import type { Surroundings } from '../../../src/core/reading/state.ts';
import type { LineTotal } from '../../../src/core/types.ts';
import { createHealth } from '../../../src/telemetry/health.ts';
import { parseInThread } from '../../support/in-thread.ts';

const T0 = Date.UTC(2026, 10, 25, 3);
const HOUR = 3_600_000;
const WHERE: Surroundings = { place: 'container', uid: 1000, gid: 1000, user: 'node', groups: {} };
const watching = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);

test('lines that no pattern takes are told with one of them, harmless, and with the commands to find out', async () => {
  const world = createWorld();
  world.measure();
  await world.parse(`${"it's 12 o clock, <b>\u001b[2J".repeat(1)}\n`.repeat(20));

  const [figure] = world.measure();

  assert.deepEqual([figure?.series, figure?.value], ['linesman.lines.unparsed{source=web}', 100]);
  assert.match(
    figure?.lines?.[0] ?? '',
    /^20 of 20 lines of source web match no pattern, so nothing in them is watched\. Such a line: it's 12/,
  );
  assert.ok(!figure?.lines?.join('').includes('\u001b'));
  assert.deepEqual(
    world.health.states()[0]?.remedy.map(({ command }) => command),
    [
      "docker exec LINESMAN linesman explain 'LINE'",
      'docker exec LINESMAN linesman pattern from-nginx /etc/nginx/nginx.conf',
    ],
  );
});

test('while a format stays unknown one thing is said of it, whatever is counted and whichever line came last', async () => {
  const world = createWorld();
  world.measure();
  await world.parse('one thing\n'.repeat(20));
  const [first] = world.measure();
  const [reason] = world.health.reasons();
  world.at += 60_000;
  await world.parse('another thing\n'.repeat(33));

  const [later] = world.measure();

  assert.deepEqual(world.health.reasons(), [reason]);
  assert.deepEqual(later?.lines, first?.lines);
  await world.parse(errorLine(world.at).repeat(100));
  world.measure();
  assert.deepEqual(world.health.reasons(), []);
});

test('a clock that is off by seconds more or less is no news', async () => {
  const world = createWorld();
  async function read(offMs: number): Promise<string | undefined> {
    for (let reads = 0; reads < 41; reads += 1) {
      world.at += 2_000;
      await world.parse(errorLine(world.at - offMs));
    }
    world.measure();
    return world.health.reasons()[0];
  }
  const first = await read(200_000);

  assert.match(first ?? '', /stamped 3 min 20 s behind/);
  assert.equal(await read(204_000), first);
  assert.match((await read(260_000)) ?? '', /stamped 4 min 20 s behind/);
});

test('a plain line stands in the command of a mail and in the log, and nowhere on /healthz', async () => {
  const world = createWorld();
  world.measure();
  await world.parse("it's 12 o clock\n".repeat(20));
  const [figure] = world.measure();
  world.measure();

  assert.equal(
    figure?.lines?.[1],
    "See how far each pattern came: `docker exec LINESMAN linesman explain 'it'\\''s 12 o clock'`",
  );
  assert.deepEqual(world.logged, [{ source: 'web', line: "it's 12 o clock" }]);
  assert.doesNotMatch(JSON.stringify(world.health.states()), /o clock/);
  assert.match(world.health.reasons()[0] ?? '', /^20 of 20 lines of source web match no pattern/);
});

test('an error log of another zone is a clock that is off, also where its stamps lie in the future', async () => {
  const world = createWorld();
  for (let read = 0; read < 12; read += 1) {
    world.at = T0 + read * 10_000;
    await world.parse(errorLine(world.at + HOUR));
  }

  const figures = world.measure();

  assert.deepEqual(
    figures.map(({ series, value }) => [series, value]),
    [['linesman.source.clock{source=web}', 3_600]],
  );
  assert.match(world.health.reasons()[0] ?? '', /^Lines of nginx-error in source web are stamped 1 h ahead of/);
  for (let read = 0; read < 12; read += 1) {
    world.at = T0 + HOUR + read * 10_000;
    await world.parse(errorLine(world.at));
  }
  assert.equal(world.measure()[0]?.value, 0);
  assert.deepEqual(world.health.reasons(), []);
});

test('what was read from behind says nothing of clocks, nor the first read after it', async () => {
  const world = createWorld();
  for (let read = 0; read < 60; read += 1) {
    world.at = T0 + read * 10_000;
    await world.parse(errorLine(world.at - HOUR), { isCut: read % 2 === 0 });
  }

  assert.deepEqual(world.measure(), []);
});

test('an error log of another zone is told within minutes, although there is always more in the log beside it', async () => {
  const world = createWorld();
  for (let read = 0; read < 13; read += 1) {
    world.at = T0 + read * 12_000;
    await world.parse(errorLine(world.at - HOUR));
    await world.parse(accessLine(world.at), { generation: 'access', isCut: true });
  }

  assert.equal(world.measure().find(({ series }) => series.includes('clock'))?.value, 3_600);
  assert.match(world.health.reasons()[0] ?? '', /^Lines of nginx-error in source web are stamped 1 h behind/);
});

function errorLine(time: number): string {
  const stamp = new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${stamp} [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream\n`;
}

function accessLine(time: number): string {
  const [day, clock] = [new Date(time).toUTCString().slice(5, 16).replaceAll(' ', '/'), new Date(time).toISOString()];
  return `192.0.2.1 - - [${day}:${clock.slice(11, 19)} +0000] "GET / HTTP/1.1" 200 10 "-" "-"\n`;
}

function createWorld() {
  const health = createHealth();
  const witness = createWitness();
  const parser = witness.watch(
    'web',
    parseInThread({ patterns: watching.patterns.map(({ spec }) => compilePattern(spec)), timezone: 'UTC' }),
  );
  const logged: object[] = [];
  const lines = createLineWatch({
    ...{ witness, health, where: WHERE, zoneOf: () => 'UTC' },
    log: { warn: (fields) => logged.push(fields) },
  });
  let totals: readonly LineTotal[] = [];
  const world = {
    ...{ health, logged },
    at: T0,
    async parse(text: string, { generation = 'g', isCut = false } = {}) {
      const chunk = { source: 'web', generation, offset: 0, bytes: new TextEncoder().encode(text), isCut };
      const limits = { until: world.at + 10 * HOUR, now: world.at, watermark: undefined };
      const { tally } = await parser.parse(chunk, limits);
      totals = [...totals, ...tally.totals];
      lines.sawRound('web');
    },
    measure: () => lines.measure('web', totals, world.at),
  };
  return world;
}
