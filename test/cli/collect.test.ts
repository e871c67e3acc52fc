import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collectOnce } from '../../src/cli/collect-run.ts';
import { type Collected, collectedText } from '../../src/cli/collect-table.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { CollectorPlugin, MachinePlaces, Measurement } from '../../src/core/plugin.ts';
import { widthOf } from '../../src/core/render/paint.ts';
import { loadCollectors } from '../../src/registry.ts';
import { fakeMachine } from '../support/fake-proc.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const FIGURES = {
  'proc/sys/fs/file-nr': '1920\t0\t6400\n',
  'proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
};

test('figures stand in blocks of their collectors, with unit and meaning, in columns', () => {
  const disk = collected('disk', [
    { series: 'host.disk.used{mount=/}', value: 38.7 },
    { series: 'host.disk.free{mount=/srv/data}', value: 66_780_000_000 },
    { series: 'host.disk.readonly{mount=/}', value: 1, lines: ['/ cannot be written any more.'] },
  ]);

  assert.equal(
    collectedText([disk, collected('nginx', []), collected('redis', [])], 120),
    `disk
  host.disk.used      /            38.7%  used share of disk
  host.disk.free      /srv/data  66.8 GB  bytes of disk
  host.disk.readonly  /                1  1: it is so
    / cannot be written any more.

Nothing to say here: nginx, redis
`,
  );
});

test('no line is wider than the terminal, and texts from outside steer nothing', () => {
  const evil = `/mnt/\u001b[2J\u202e${'x'.repeat(90)}`;
  const text = collectedText(
    [
      collected('disk', [
        { series: `host.disk.used{mount=${encodeURIComponent(evil)}}`, value: 1, lines: [`${evil}\n\u0007`] },
      ]),
    ],
    60,
  );

  for (const line of text.split('\n')) assert.ok(widthOf(line) <= 60, line);
  assert.match(text, /\\u001B\[2J\\u202E/);
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('each figure is one line of JSON, as a replay takes it', async (t) => {
  const { places } = fakeMachine(t, FIGURES);

  const { stdout, stderr } = await collect({ places, isJson: true });

  const figures = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Measurement & { readonly time: string });
  const open = figures.find(({ series }) => series === 'host.files.open');
  assert.equal(open?.value, 1_920);
  assert.ok(Math.abs(Date.parse(open?.time ?? '') - Date.now()) < 60_000);
  assert.ok(figures.some(({ series }) => series === 'host.disk.used{mount=/}'));
  assert.equal(new Set(figures.map(({ time }) => time)).size, 1);
  assert.equal(stderr, '');
});

test('one that is switched off is not asked, and a wrong option ends it with what is allowed', async (t) => {
  const { places } = fakeMachine(t, FIGURES);
  const off = Object.fromEntries(
    [...(await loadCollectors()).keys()].map((name) => [name, { enabled: name === 'files' }]),
  );

  const { stdout } = await collect({ places, isJson: false, collectors: off });

  assert.match(stdout, /^files\n {2}host\.files\.open +1,920 {2}files and/);
  assert.doesNotMatch(stdout, /host\.disk/);
  await assert.rejects(
    collect({ places, isJson: false, collectors: { disk: { options: { ignored: '/' } } } }),
    /collectors\.disk: unknown option "ignored"; did you mean "ignore"\?/,
  );
});

test('in a container without the folders of its host it says so first', async (t) => {
  const { places } = fakeMachine(t, FIGURES);

  const { stdout, stderr } = await collect({ places: { ...places, isContainerOnly: true }, isJson: false });

  assert.match(stderr, /^These are this container's figures\. For the host's, mount its folders/);
  assert.match(stdout, /^ {2}host\.files\.open /m);
});

test('as a command it reads this machine', async () => {
  const env = { ...process.env, LINESMAN_CONFIG: '/dev/null' };

  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'collect'], { env });

  assert.match(stdout, /^ {2}host\.cpu\.busy +\d/m);
  assert.match(stdout, /^ {2}host\.disk\.used /m);
});

async function collect(parts: {
  readonly places: MachinePlaces;
  readonly isJson: boolean;
  readonly collectors?: Config['collectors'];
}): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { places, isJson, collectors = {} } = parts;
  const config = loadConfig({ env: { LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1', isLooking: true });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  await collectOnce(
    { ...config, collectors },
    {
      ...{ places, isJson },
      output: { write: (text) => stdout.push(text) },
      complaints: { write: (text) => stderr.push(text) },
    },
  );
  return { stdout: stdout.join(''), stderr: stderr.join('') };
}

function collected(name: string, measured: readonly Measurement[]): Collected {
  const plugin: CollectorPlugin = {
    ...{ name, describe: 'For a test.', options: {}, everyMs: 1, watches: [], compile: () => assert.fail() },
    series: [
      { name: 'host.disk.used', unit: 'percent', describe: 'used share of disk', by: 'mount' },
      { name: 'host.disk.free', unit: 'bytes', describe: 'bytes of disk', by: 'mount' },
      { name: 'host.disk.readonly', unit: 'count', describe: '1: it is so', by: 'mount' },
    ],
  };
  return { plugin, measured };
}
