/** What is in the image, and what is not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { createPlace, docker, runImage, told } from './place.ts';

/** Of Debian's redis-server and of our packages; docs/OPERATING.md tells how much there is. */
const OVER_BASE_BYTES_MAX = 60e6;
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

test('it is nobody special, looks at its health each 15 s, and says what it is', async () => {
  const [inspected] = JSON.parse(await docker('image', 'inspect', told.image)) as [{ readonly Config: Config }];
  const { User, Healthcheck, StopSignal, Labels, Volumes } = inspected.Config;

  assert.equal(User, '1000:1000');
  assert.deepEqual([Healthcheck.Test, Healthcheck.Interval], [['CMD', 'linesman-health'], 15e9]);
  assert.equal(StopSignal, 'SIGTERM');
  assert.deepEqual(Volumes, { '/data': {} });
  assert.equal(Labels['org.opencontainers.image.version'], manifest.version);
  assert.equal(Labels['org.opencontainers.image.revision'], 'checked');
  assert.equal(Labels['org.opencontainers.image.licenses'], 'MIT');
});

test('it has what runs, and nothing of how it was built', async () => {
  const program = `find / -xdev \\( -name .npmrc -o -name .npm -o -name .git -o -name npm -o -path '/app/*.ts' -o -path /app/test \\) -not -path '/proc/*' 2>/dev/null; ls node_modules node_modules/.bin`;

  const { stdout } = await runImage(['--entrypoint', 'sh'], ['-c', program]);

  const names = stdout.trim().split('\n');
  assert.deepEqual(
    names.filter((name) => name.startsWith('/') && !name.startsWith('/app/node_modules/')),
    [],
  );
  for (const name of Object.keys(manifest.devDependencies)) assert.ok(!names.includes(name), name);
  for (const name of ['bullmq', 'ioredis', 'zod']) assert.ok(names.includes(name), name);
});

test('its list of parts (CycloneDX) has every package that runs, and none that does not', async () => {
  const { stdout } = await runImage(['--entrypoint', 'cat'], ['/app/sbom.cdx.json']);

  const { bomFormat, components } = JSON.parse(stdout) as Sbom;
  assert.equal(bomFormat, 'CycloneDX');
  const listed = components.map(({ group, name }) => (group ? `${group}/${name}` : name));
  for (const name of Object.keys(manifest.dependencies)) assert.ok(listed.includes(name), name);
  for (const name of Object.keys(manifest.devDependencies)) assert.ok(!listed.includes(name), name);
});

test('it adds less than 60 MB to its base', async () => {
  const sizes = await docker('image', 'inspect', '--format', '{{.Size}}', told.image, 'node:24-bookworm-slim');

  const [own = 0, base = 0] = sizes.trim().split('\n').map(Number);
  assert.ok(own - base < OVER_BASE_BYTES_MAX, `${own} over ${base}`);
});

test('each command runs in it, with a root that is read-only', async () => {
  const three = ['-e', 'LINESMAN_MAIL_TO=ops@example.com', '-e', 'LINESMAN_SMTP_URL=smtp://mail.example.com'];
  const args = ['--read-only', '--tmpfs=/tmp', '--hostname=web-1', ...three];

  const version = await runImage(args, ['--version']);
  const config = await runImage(args, ['config', 'check']);
  const unknown = await runImage(args, ['nonsense']);

  assert.equal(version.stdout.trim(), manifest.version);
  assert.equal(config.code, 0, config.stderr);
  assert.match(config.stdout, /\/logs\/\*\.log/);
  assert.equal(unknown.code, 64);
});

test('its look at its health follows LINESMAN_HTTP, and shows the reasons', async () => {
  const place = await createPlace();
  try {
    for (const address of ['127.0.0.1:9001', '0.0.0.0:9002', 'localhost:9003']) {
      await place.linesman('-e', `LINESMAN_HTTP=${address}`);

      // There is no log at all.
      assert.match(await place.complains(/\/logs/), /\/logs/, address);
    }
    await until(
      'the engine sees that it is not well',
      async () => (await place.inspect('.State.Health.Status')) === 'unhealthy',
    );
    assert.match(await place.inspect('json .State.Health.Log'), /reasons/);
  } finally {
    await place.end();
  }
});

interface Config {
  readonly User: string;
  readonly Healthcheck: { readonly Test: readonly string[]; readonly Interval: number };
  readonly StopSignal: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Volumes: object;
}

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly { readonly group?: string; readonly name: string }[];
}
