/** What is said of pattern files that are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRefusals } from '../../../src/app/reload/refusals.ts';
import { createHealth } from '../../../src/telemetry/health.ts';

test('of a new one it is not said that something of it was in force, and what is mended is said no more', () => {
  const health = createHealth();
  const refusals = createRefusals(health);
  const refused = new Map(['new', 'old', 'gone'].map((name) => [`/p/${name}.yaml`, [`/p/${name}.yaml:1:1: bad`]]));
  const found = new Map(['new', 'old'].map((name) => [`/p/${name}.yaml`, 'bad']));
  const inForce = new Map(['old', 'gone'].map((name) => [`/p/${name}.yaml`, 'good']));

  assert.equal(refusals.show('/p', refused, { found, inForce }), true);

  assert.match(
    health.reason('pattern file new.yaml') ?? '',
    /^Pattern file new\.yaml is not taken: new\.yaml:1:1: bad\. It is taken as soon as .* A new start of linesman would end with this mistake\.$/,
  );
  assert.match(
    health.reason('pattern file old.yaml') ?? '',
    /What it said before stays in force; .* A new start of linesman would end/,
  );
  assert.match(health.reason('pattern file gone.yaml') ?? '', /is gone and stays in force all the same/);
  assert.equal(refusals.show('/p', refused, { found, inForce }), false);
  refusals.show('/p', new Map(), { found: inForce, inForce });
  assert.deepEqual(health.reasons(), []);
});
