/** What judges lines alone loads nothing of the machine, unless settings name something of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { loadConfig } from '../../../src/config/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-for-lines-'));
after(() => rmSync(folder, { recursive: true }));

async function loaded(yaml: string) {
  const file = join(folder, 'linesman.yaml');
  writeFileSync(file, yaml);
  const config = loadConfig({ file, env: { LINESMAN_NGINX_CONF: 'off' }, hostname: 'web-1' });
  return await loadWatching(config, { isForLines: true });
}

test('without a word of the machine there is none of its watches, and all of those on lines', async () => {
  const { collectors, machineWatches, lineWatches } = await loaded('timezone: UTC\n');

  assert.deepEqual([collectors.length, machineWatches.some(({ watch }) => watch.name.startsWith('host.'))], [0, false]);
  assert.ok(lineWatches.some(({ watch }) => watch.name === 'http.5xx.burst'));
});

test('a watch of the machine may be named, and a wrong name is told as ever', async () => {
  const { machineWatches } = await loaded('watches: { host.disk.full: { severity: critical } }\n');

  assert.equal(machineWatches.find(({ watch }) => watch.name === 'host.disk.full')?.watch.severity, 'critical');
  await assert.rejects(
    loaded('watches: { host.disk.fule: { severity: critical } }\n'),
    /did you mean "host\.disk\.full"/,
  );
  await assert.rejects(loaded('collectors: { dsik: { enabled: false } }\n'), /did you mean "disk"/);
});

test('where there are checks it is known where they look, for collectors to look there too', async () => {
  const { places } = await loaded('checks: [{ name: api, kind: port, port: 3000 }]\n');

  assert.equal(typeof places?.proc, 'string');
  assert.equal((await loaded('timezone: UTC\n')).places, undefined);
});
