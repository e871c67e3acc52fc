/** Lockfiles of Node.js, Python and PHP beside what is installed, which the tests take away and change. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { requirementsWanted } from '../../src/checks/packages/pip-locks.ts';
import { isSameVersion, pythonName } from '../../src/checks/packages/python-names.ts';
import { poetryWanted, uvWanted } from '../../src/checks/packages/toml-locks.ts';
import { BadLockfile } from '../../src/checks/packages/wanted.ts';
import { check } from '../../src/checks/packages.ts';
import { UserError } from '../../src/core/errors.ts';
import { confirmedAt, PLACES, started } from './running.ts';

const home = mkdtempSync(join(tmpdir(), 'linesman-packages-'));
chmodSync(home, 0o755);
after(() => rmSync(home, { recursive: true, force: true }));

/** Objects become JSON. */
function project(files: Readonly<Record<string, string | object>>): string {
  const folder = mkdtempSync(join(home, 'app-'));
  chmodSync(folder, 0o755);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const NPM = {
  'package-lock.json': {
    lockfileVersion: 3,
    packages: {
      '': { name: 'shop', version: '1.0.0' },
      'node_modules/express': { version: '4.18.2' },
      'node_modules/express/node_modules/debug': { version: '2.6.9' },
      'node_modules/@scope/kit': { version: '1.0.0' },
      'node_modules/fsevents': { version: '2.3.3', optional: true, os: ['darwin'] },
      'node_modules/typescript': { version: '5.0.0', dev: true },
      'node_modules/own': { resolved: 'packages/own', link: true },
      'packages/own': { version: '0.0.1' },
      'node_modules/../../../etc': { version: '6.6.6' },
    },
  },
  'node_modules/express/package.json': { version: '4.18.2' },
  'node_modules/express/node_modules/debug/package.json': { version: '2.6.9' },
  'node_modules/@scope/kit/package.json': { version: '1.0.0' },
};

test('what npm installed is well, without optional ones, those for development and links', async () => {
  const lockfile = join(project(NPM), 'package-lock.json');

  const reading = await started(check, { options: { lockfile } }).read();

  assert.equal(reading.cause, undefined);
  assert.equal(reading.said, `All 3 packages that ${lockfile} needs are installed.`);
  assert.equal((await started(check, { options: { lockfile, dev: 'yes' } }).read()).cause, 'missing');
});

test('a package that is taken away is missing, another version is told as one', async () => {
  const folder = project(NPM);
  const one = started(check, { options: { lockfile: join(folder, 'package-lock.json') } });
  const [debug, kit] = ['express/node_modules/debug', '@scope/kit/package.json'].map((path) =>
    join(folder, 'node_modules', path),
  );
  assert.ok(debug !== undefined && kit !== undefined);
  const causes = [(await one.read()).cause];

  renameSync(debug, `${debug}.away`);
  const missing = await one.read();
  causes.push(missing.cause, (await one.read()).cause);
  renameSync(`${debug}.away`, debug);
  writeFileSync(kit, JSON.stringify({ version: '1.0.1', more: true }));
  const different = await one.read();

  assert.equal(missing.said, `1 of 4 packages of ${folder}/package-lock.json are missing: debug@2.6.9.`);
  assert.equal(confirmedAt(check, causes), 3);
  assert.match(one.causes.missing?.whatToDo ?? '', new RegExp(`\`cd ${folder} && npm ci --omit=dev\``));
  assert.equal(different.cause, 'wrong-version');
  assert.match(different.said, /have another version: @scope\/kit 1\.0\.1 instead of 1\.0\.0\.$/);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  assert.equal(
    (await one.read()).said,
    `${folder}/node_modules is not there, in which ${folder}/package-lock.json has its packages.`,
  );
});

test('an install that is seen once on its way is not told', async () => {
  const folder = project(NPM);
  const modules = join(folder, 'node_modules');
  const one = started(check, { options: { lockfile: join(folder, 'package-lock.json') } });
  const causes: (string | undefined)[] = [];

  for (const isAway of [false, true, false, false, true, false]) {
    if (isAway) renameSync(modules, `${modules}.away`);
    causes.push((await one.read()).cause);
    if (isAway) renameSync(`${modules}.away`, modules);
  }

  assert.equal(causes.filter((cause) => cause === 'missing').length, 2);
  assert.equal(confirmedAt(check, causes), undefined);
});

test('what npm installed for linesman itself is well', async (context) => {
  const lockfile = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  if (!existsSync(join(dirname(lockfile), 'node_modules'))) return context.skip('nothing is installed here');

  assert.equal((await started(check, { options: { lockfile } }).read()).cause, undefined);
});

const SITE = '.venv/lib/python3.11/site-packages';

test('Python packages are found by their metadata, whatever the case and dashes of their names', async () => {
  const folder = project({
    'requirements.txt':
      '# of the shop\nDjango==4.2.0\nruamel_yaml[jinja2] == 0.17 \\\n  --hash=sha256:abc\nrequests>=2\nwin; sys_platform == "win32"\n-r more.txt\n',
    [`${SITE}/Django-4.2.dist-info/METADATA`]: '',
    [`${SITE}/ruamel.yaml-0.17.0.dist-info/METADATA`]: '',
    [`${SITE}/requests-2.31.0-py3.11.egg-info/PKG-INFO`]: '',
  });
  const one = started(check, { options: { lockfile: join(folder, 'requirements.txt') } });
  const well = await one.read();

  renameSync(join(folder, SITE, 'requests-2.31.0-py3.11.egg-info'), join(folder, 'away'));
  renameSync(join(folder, SITE, 'Django-4.2.dist-info'), join(folder, SITE, 'Django-4.1.dist-info'));
  const broken = await one.read();

  assert.equal(well.cause, undefined, well.said);
  assert.equal(broken.cause, 'missing');
  assert.deepEqual(broken.lines, ['Missing: requests', 'django 4.1 instead of 4.2.0']);
  assert.match(one.causes.missing?.whatToDo ?? '', /pip install -r requirements\.txt/);
});

test('poetry.lock, uv.lock and Pipfile.lock say what is for development or has a condition', () => {
  const poetry = `[[package]]\nname = "Flask"\nversion = "3.0.0"\noptional = false\nfiles = [\n    {file = "x", hash = "y"},\n]\n
[package.dependencies]\nname = "not a package"\n
[[package]]\nname = "pytest"\nversion = "8.0.0"\noptional = false\ngroups = ["dev"]\n
[[package]]\nname = "colorama"\nversion = "0.4.6"\nmarkers = "sys_platform == 'win32'"\n
[metadata]\nname = "x"\nversion = "2.0"\n`;
  const uv = `version = 1\n
[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [\n    { name = "flask" },\n    { name = "tzdata", marker = "sys_platform == 'win32'" },\n]\n
[package.dev-dependencies]\ndev = [\n    { name = "pytest" },\n]\n
[[package]]\nname = "flask"\nversion = "3.0.0"\nsource = { registry = "here" }\ndependencies = [\n    { name = "werkzeug" },\n]\n
[[package]]\nname = "werkzeug"\nversion = "3.0.1"\n
[[package]]\nname = "tzdata"\nversion = "2024.1"\n
[[package]]\nname = "pytest"\nversion = "8.0.0"\n`;

  assert.deepEqual(poetryWanted(poetry, false), [
    { name: 'flask', versions: ['3.0.0'], isOptional: false },
    { name: 'colorama', versions: ['0.4.6'], isOptional: true },
  ]);
  assert.equal(poetryWanted(poetry, true).length, 3);
  assert.deepEqual(uvWanted(uv, false), [
    { name: 'flask', versions: ['3.0.0'], isOptional: false },
    { name: 'tzdata', versions: ['2024.1'], isOptional: true },
    { name: 'werkzeug', versions: ['3.0.1'], isOptional: false },
  ]);
  assert.deepEqual(
    uvWanted(uv, true).map(({ name }) => name),
    ['flask', 'tzdata', 'pytest', 'werkzeug'],
  );
});

test('Pipfile.lock is held to the folder that is given', async () => {
  const folder = project({
    'Pipfile.lock': { default: { six: { version: '==1.16.0' } }, develop: { black: { version: '==24.1.0' } } },
    'packages/six-1.16.0.dist-info/METADATA': '',
  });
  const options = { lockfile: join(folder, 'Pipfile.lock'), in: join(folder, 'packages/') };

  assert.equal((await started(check, { options }).read()).cause, undefined);
  assert.equal((await started(check, { options: { ...options, dev: 'yes' } }).read()).cause, 'missing');
});

test('composer.lock is held to what composer installed and to the folders', async () => {
  const folder = project({
    'composer.lock': {
      packages: [
        { name: 'Monolog/monolog', version: '3.5.0' },
        { name: 'acme/meta', version: 'v1.0.0' },
      ],
    },
    'vendor/composer/installed.json': {
      packages: [
        { name: 'monolog/monolog', version: '3.5.0' },
        { name: 'acme/meta', version: '1.0.0', type: 'metapackage' },
      ],
    },
    'vendor/monolog/monolog/composer.json': {},
  });
  const one = started(check, { options: { lockfile: join(folder, 'composer.lock') } });

  const well = await one.read();
  rmSync(join(folder, 'vendor/monolog'), { recursive: true });

  assert.equal(well.cause, undefined);
  assert.equal(
    (await one.read()).said,
    `1 of 2 packages of ${folder}/composer.lock are missing: monolog/monolog@3.5.0.`,
  );
});

test('a lockfile that is missing, broken or of an old format is told as that', async () => {
  const folder = project({
    'package-lock.json': '{"packages": {',
    'composer.lock': '[]',
    'uv.lock': 'hello',
    'node_modules/x': '',
  });
  const read = async (name: string) => await started(check, { options: { lockfile: join(folder, name) } }).read();

  assert.equal(
    (await read('package-lock.json')).said,
    `${folder}/package-lock.json cannot be understood: it is no JSON.`,
  );
  assert.equal((await read('composer.lock')).cause, 'bad-lockfile');
  assert.equal((await read('uv.lock')).cause, 'bad-lockfile');
  assert.equal((await read('poetry.lock')).cause, 'lockfile-missing');
  writeFileSync(join(folder, 'package-lock.json'), '{"lockfileVersion": 1, "dependencies": {}}');
  assert.match((await read('package-lock.json')).said, /npm install --package-lock-only writes a new one\.$/);
});

test('without the right to look the reading says so; who does not answer hangs', {
  skip: process.getuid?.() !== 0 && 'only root may become another user',
}, async () => {
  const folder = project(NPM);
  const lockfile = join(folder, 'package-lock.json');
  chmodSync(join(folder, 'node_modules'), 0o700);
  const program = fileURLToPath(new URL('as-nobody.ts', import.meta.url));
  const given = JSON.stringify({ kind: 'packages', options: [{ lockfile }] });

  const causes = execFileSync(process.execPath, [program, given], { encoding: 'utf8' });

  assert.deepEqual(JSON.parse(causes), ['not-permitted']);
  assert.equal((await started(check, { options: { lockfile } }).read(AbortSignal.abort())).cause, 'hangs');
});

test('names and versions of Python are the same however they are written', () => {
  assert.equal(pythonName('Ruamel_.Yaml'), 'ruamel-yaml');
  for (const [wanted, installed, isSame] of [
    ['1.0', '1.0.0', true],
    ['2.1', '2.1+cu118', true],
    ['2.1+cu118', '2.1', false],
    ['1.0rc1', '1.0.rc1', true],
    ['1.10', '1.1', false],
  ] as const)
    assert.equal(isSameVersion(wanted, installed), isSame, `${wanted} ${installed}`);
});

test('hostile lockfiles give packages or say what is wrong', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('[[package]]', 'name = "a"', 'x = [', ']', '[package.x]', 'a==1;b', '-e .', '"'))
      .map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(text, (given) => {
      requirementsWanted(given);
      for (const read of [poetryWanted, uvWanted])
        try {
          read(given, true);
        } catch (error) {
          assert.ok(error instanceof BadLockfile);
        }
    }),
    { numRuns: 1_000 },
  );
});

test('options that nobody can mean are told with what to write', () => {
  const compile = (options: Record<string, string>) => () =>
    check.compile(options, { name: 'one', places: PLACES, now: Date.now });

  assert.throws(compile({ lockfile: '/srv/yarn.lock' }), /is of no kind known here; known are package-lock\.json/);
  assert.throws(compile({ lockfile: 'package-lock.json' }), UserError);
});
