import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { nginxLines } from '../support/nginx-lines.ts';
import { type ShellCommand, shellCommands } from './shell-commands.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['README.md', 'docs/OPERATING.md'];
const WITHIN_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'linesman-docs-'));
const commands = PAGES.flatMap((page) => shellCommands(page));
after(() => rmSync(folder, { recursive: true }));

test('every command on a page is known to somebody who runs it', () => {
  const unknown = commands.filter(({ runner }) => runner === undefined);

  assert.deepEqual(unknown, []);
  assert.ok(commands.length > 30);
});

test('what a clean clone is asked is asked by the checks of every change', () => {
  const checks = read('.ci/run');
  const said: Readonly<Record<string, RegExp>> = {
    'npm ci && npm test': /npm ci && npm test/,
    'npm ci && npm run build': /npm run --silent build/,
    'npm ci && npm run demo': /dist\/main\.js demo/,
    'docker build -t linesman .': /npm run --silent test:container/,
  };
  for (const { command } of known('ci')) assert.match(checks, said[command] ?? /^$/, command);
});

test('what runs here runs here', async (context) => {
  for (const command of new Set(known('here').map(({ command }) => command)))
    await context.test(
      command,
      { skip: command.startsWith('apt-get') && sh('command -v apt-cache').status !== 0 && 'no Debian' },
      () => {
        const { status, stderr } = sh(hereOf(command));

        assert.equal(status, 0, stderr);
      },
    );
});

test('the unit is one that systemd takes', {
  skip: sh('command -v systemd-analyze').status !== 0 && 'no systemd',
}, () => {
  const unit = join(folder, 'linesman.service');
  // Its program is on a host where it is installed.
  writeFileSync(unit, read('deploy/linesman.service').replaceAll('/usr/local/bin/linesman', '/bin/true'));

  const { status, stderr } = sh(`systemd-analyze verify ${unit}`);

  assert.equal(stderr.trim(), '');
  assert.equal(status, 0);
});

test('the environment file of the unit says what docs/CONFIG.md knows, as a shell reads it too', () => {
  const { status, stdout } = sh('set -a; . deploy/linesman.env; exec node src/main.ts config check', {
    LINESMAN_DATA: folder,
  });

  assert.equal(status, 0);
  assert.match(stdout, /you@example\.com/);
});

test("Kubernetes' manifest names only what is in it, and takes every right away from linesman", () => {
  const documents = parseAllDocuments(read('deploy/kubernetes.yaml')).map((one) => one.toJS() as Manifest);
  const [pod] = documents.flatMap(({ spec }) => spec?.template?.spec ?? []);
  const [linesman] = pod?.initContainers ?? [];
  const volumes = [...(pod?.volumes ?? []), ...documents.flatMap(({ spec }) => spec?.volumeClaimTemplates ?? [])];
  const names = volumes.map((one) => one.name ?? one.metadata?.name);

  for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])])
    for (const { name } of container.volumeMounts) assert.ok(names.includes(name), name);
  for (const kind of ['Secret', 'ConfigMap', 'Service', 'StatefulSet'])
    assert.ok(documents.some((one) => one.kind === kind));
  assert.deepEqual(linesman?.securityContext, {
    ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
    ...{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  // The commands on the page name them.
  assert.equal(linesman?.name, 'linesman');
  assert.equal(documents.find(({ kind }) => kind === 'StatefulSet')?.metadata?.name, 'web');
});

test('all that show a log_format show the same one', () => {
  const [readme, ...others] = ['README.md', 'deploy/nginx.conf', 'deploy/kubernetes.yaml'].map((file) => {
    const [format = ''] = /log_format timed [\s\S]*?;/.exec(read(file)) ?? [];
    return format.replace(/\s+/g, ' ');
  });

  assert.ok(readme);
  for (const other of others) assert.equal(other, readme);
});

/** With what stands for the machine of whoever reads the page. */
function hereOf(command: string): string {
  const packages = /^apt-get install (?:-y )?(.*)$/.exec(command)?.[1];
  // Only that there are packages of these names; nothing is installed here.
  if (packages !== undefined)
    return `test -z "$(ls /var/lib/apt/lists/*Packages* 2> /dev/null)" || apt-cache show ${packages} > /dev/null`;
  if (command === 'git pull')
    return `test ! -d .git || { cd ${mkdtempSync(join(folder, 'clone-'))} && git clone -q --depth 1 file://${ROOT} . && git pull -q; }`;
  // Without the data, whose folder everybody has elsewhere: it says what is missing.
  if (command.startsWith('npm run bench:quality'))
    return `${command.replace(/ -- .*/, '')} -- --only service --quick | grep -F 'no data folder was given'`;
  // They take minutes and need programs of others; test/bench and test/rotation have their own tests.
  if (command.startsWith('npm run bench'))
    return `node --check ${scriptOf(command.replace('npm run ', '').replace(/ -- .*/, ''))}`;
  const log = join(folder, 'access.log');
  writeFileSync(log, nginxLines(100));
  return command.replace('/var/log/nginx/access.log*', log).replace('mails/', join(folder, 'mails/'));
}

/** The file that a script of package.json runs. */
function scriptOf(name: string): string {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  return scripts[name]?.replace(/^node /, '') ?? 'nothing';
}

function known(runner: ShellCommand['runner']): readonly ShellCommand[] {
  return commands.filter((one) => one.runner === runner);
}

function sh(script: string, env: Readonly<Record<string, string>> = {}) {
  const options = { cwd: ROOT, encoding: 'utf8', timeout: WITHIN_MS, env: { ...process.env, ...env } } as const;
  return spawnSync('sh', ['-c', script], options);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

interface Container {
  readonly name: string;
  readonly securityContext?: object;
  readonly volumeMounts: readonly { readonly name: string }[];
}

interface Pod {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Named[];
}

interface Named {
  readonly name?: string;
  readonly metadata?: { readonly name: string };
}

interface Manifest extends Named {
  readonly kind: string;
  readonly spec?: { readonly template?: { readonly spec?: Pod }; readonly volumeClaimTemplates?: readonly Named[] };
}
