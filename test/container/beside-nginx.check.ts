/** The image beside a real Nginx: every line once, over a rotation, a kill and a stop. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { createPlace, docker } from './place.ts';

const STOP_MS_MAX = 5_000;

test('it counts each request once, with a read-only root and without capabilities', async () => {
  const place = await createPlace();
  try {
    await place.nginx();
    await place.linesman('-v', `${place.logs}:/logs:ro`);
    await until('the engine finds it healthy', async () => (await place.inspect('.State.Health.Status')) === 'healthy');

    await place.ask(200);
    await place.takes(200);

    await rename(join(place.logs, 'access.log'), join(place.logs, 'access.log.1'));
    // Nginx still writes to the renamed one.
    await place.ask(20);
    await place.reopen();
    await place.ask(30);
    await place.takes(250);

    await place.signal('KILL');
    await until('it is gone', async () => (await place.inspect('.State.Running')) === 'false');
    await docker('start', `${place.name}-linesman`);
    await until('it is well again', async () => (await place.health()).isWell);
    await place.ask(10);
    await place.takes(260);

    const began = performance.now();
    await docker('stop', '-t', '10', `${place.name}-linesman`);
    const tookMs = performance.now() - began;
    assert.equal(await place.inspect('.State.ExitCode'), '0');
    assert.ok(tookMs < STOP_MS_MAX, `${tookMs} ms`);
  } finally {
    await place.end();
  }
});
