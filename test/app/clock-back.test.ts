/** A clock that jumps ahead by an hour, is judged by, and goes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockBack } from '../../src/app/clock-back.ts';
import { createHealth } from '../../src/telemetry/health.ts';

const T0 = Date.UTC(2026, 10, 25, 12);
const HOUR = 3_600_000;

test('a clock that went back is said until it is where it was, with one sentence all along', () => {
  const world = createWorld({ nginx: T0 + HOUR, machine: T0 + HOUR - 5_000 });

  world.look(T0 + HOUR + 1_000);
  assert.deepEqual(world.health.reasons(), []);
  world.look(T0);
  const [said] = world.health.reasons();
  world.look(T0 + HOUR - 1_000);

  assert.match(
    said ?? '',
    /^The clock of this machine went back: all up to 2026-11-25 13:00:00 UTC was judged already/,
  );
  assert.deepEqual(world.health.reasons(), [said]);
  assert.deepEqual(world.health.states()[0]?.remedy.map(({ command }) => command)[0], 'timedatectl');
  world.look(T0 + HOUR + 1_000);
  assert.deepEqual(world.health.reasons(), []);
});

test('a clock that is set by seconds, or before anything was judged, is no news', () => {
  const world = createWorld({ nginx: T0 });
  world.look(T0 - 119_000);
  const fresh = createWorld({});
  fresh.look(T0);

  assert.deepEqual([...world.health.reasons(), ...fresh.health.reasons()], []);
});

function createWorld(judged: Readonly<Record<string, number>>) {
  const health = createHealth();
  let at = 0;
  const sayClock = createClockBack({ health, judged: () => judged, now: () => at, timezone: 'UTC' });
  return {
    health,
    look(now: number) {
      at = now;
      sayClock();
    },
  };
}
