/** SIGHUP at awkward moments, with services that do nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service, ServiceParts } from '../../src/app/live.ts';
import { runService } from '../../src/app/running.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { MainLogger } from '../../src/telemetry/logger.ts';

const BEFORE = loadConfig({ env: { LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' });
const NEXT: Config = { ...BEFORE, falseAlarmsPerMonth: 3 };

test('settings asked for while another linesman takes over are taken by the start after it, and called refused by nobody', async () => {
  const world = runWith(NEXT);
  const first = await world.started(1);
  world.hangUp();
  await first.asked.promise;

  first.takeOver.resolve();
  await first.stopping.promise;
  first.answer.reject(new Error('the service stops'));
  const second = await world.startedWith(NEXT);

  assert.deepEqual(second.said, ['taken']);
  assert.deepEqual(world.errors, []);
  await world.end();
});

test('settings that are refused by the service that goes on are told as refused', async () => {
  const world = runWith(NEXT);
  const first = await world.started(1);
  world.hangUp();
  await first.asked.promise;

  first.answer.reject(new Error('no such watch'));
  await first.toldOf.promise;

  assert.deepEqual(first.said, ['refused']);
  assert.match(String(world.errors), /no such watch/);
  await world.end();
});

function runWith(next: Config) {
  const hangUp = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  const services: FakeService[] = [];
  let look = () => {};
  const log = {
    ...{ info() {}, warn() {}, setLevel() {} },
    error: (fields: object) => errors.push(JSON.stringify(fields)),
  } as unknown as MainLogger;
  let isAsked = false;
  const running = runService({
    ...{ config: BEFORE, log, stopped: stopped.promise, read: async () => next },
    hangUps: {
      async next() {
        // One only.
        if (isAsked) await new Promise(() => {});
        await hangUp.promise;
        isAsked = true;
      },
    },
    async startService({ config }: ServiceParts) {
      const service = createFake(config);
      services.push(service);
      look();
      return service;
    },
  });

  async function until<Value>(find: () => Value | undefined): Promise<Value> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
  }

  return {
    errors,
    hangUp: hangUp.resolve,
    started: async (count: number) => await until(() => services[count - 1]),
    async startedWith(config: Config) {
      const service = await until(() =>
        services.find((one) => one.config.falseAlarmsPerMonth === config.falseAlarmsPerMonth),
      );
      await service.toldOf.promise;
      return service;
    },
    async end() {
      stopped.resolve();
      await running;
    },
  };
}

type FakeService = ReturnType<typeof createFake>;

function createFake(config: Config) {
  const asked = Promise.withResolvers<void>();
  const stopping = Promise.withResolvers<void>();
  const takeOver = Promise.withResolvers<void>();
  const toldOf = Promise.withResolvers<void>();
  /** To what is asked of it while it runs, and which it waits for when it stops. */
  const answer = Promise.withResolvers<void>();
  const said: string[] = [];
  let isAsked = false;
  return {
    ...{ config, asked, stopping, takeOver, toldOf, answer, said },
    ...{ httpPort: 0, failed: new Promise<never>(() => {}), takenOver: takeOver.promise },
    async configure() {
      isAsked = true;
      asked.resolve();
      await answer.promise;
    },
    sayReload(result: 'taken' | 'refused') {
      said.push(result);
      toldOf.resolve();
    },
    async stop() {
      stopping.resolve();
      if (isAsked) await answer.promise.catch(() => undefined);
    },
  } satisfies Service & Record<string, unknown>;
}
