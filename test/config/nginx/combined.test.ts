import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPattern } from '../../../src/config/nginx/format-pattern.ts';
import { COMBINED } from '../../../src/config/nginx/log-format.ts';
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import { checkSamples } from '../../../src/core/parse/samples.ts';

test("nginx-combined reads what Nginx' own format writes", () => {
  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  const shipped = patterns.find(({ name }) => name === 'nginx-combined');
  const { spec } = formatPattern('nginx-x', COMBINED);
  assert.ok(shipped && spec);

  assert.deepEqual(checkSamples(compilePattern({ ...shipped.spec, samples: spec.samples })), []);
  assert.equal(spec.samples.length, 5);
});
