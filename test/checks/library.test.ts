/** The libraries of a C program that the test compiles: taken away, replaced, deleted and damaged, under it while it runs. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/checks/library.ts';
import { UserError } from '../../src/core/errors.ts';
import { until } from '../support/until.ts';
import { confirmedAt, PLACES, started } from './running.ts';

const skip =
  process.platform !== 'linux'
    ? 'only Linux has ELF and /proc'
    : spawnSync('gcc', ['--version']).status !== 0 && 'gcc is missing: apt-get install gcc libc6-dev';

const LIBRARY = 'const char *greet(void) { return GREETING; }\n';
const PROGRAM = `#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
extern const char *greet(void);
int main(int count, char **arguments) {
  if (count > 1 && !dlopen(arguments[1], RTLD_NOW)) return 1;
  puts(greet());
  fflush(stdout);
  for (;;) pause();
}
`;

const children: ChildProcess[] = [];
const home = mkdtempSync(fileURLToPath(new URL('../../node_modules/.linesman-library-', import.meta.url)));
chmodSync(home, 0o755);
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
  if (lasting !== undefined) rmSync(lasting, { recursive: true, force: true });
});
/** Not below /tmp, where a clone may lie and where libraries that are gone are nothing to tell of; undefined: nowhere else may be written. */
const lasting = isPassing(home) ? [homedir(), '/opt', '/var/lib'].map(folderIn).find((one) => one !== undefined) : home;

function isPassing(path: string): boolean {
  return /^\/(var\/)?run\/|\/\.?(tmp|temp|cache)\//i.test(`${path}/`);
}

function folderIn(path: string): string | undefined {
  try {
    return isPassing(path) ? undefined : mkdtempSync(join(path, '.linesman-library-'));
  } catch {
    return undefined;
  }
}

function compileLibrary(path: string, greeting: string): void {
  const source = join(home, 'greet.c');
  writeFileSync(source, LIBRARY);
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    `-DGREETING="${greeting}"`,
    '-Wl,-soname,libgreet.so.1',
    '-o',
    path,
    source,
  ]);
}

/** Compiled once. */
let model: { readonly binary: string; readonly library: string; readonly other: string } | undefined;

function compiled() {
  if (model) return model;
  const at = (name: string) => join(home, name);
  compileLibrary(at('libgreet.so.1'), 'one');
  compileLibrary(at('other.so'), 'two');
  writeFileSync(at('main.c'), PROGRAM);
  execFileSync('gcc', ['-o', at('main'), at('main.c'), at('libgreet.so.1'), '-ldl', '-Wl,-rpath,$ORIGIN/lib']);
  model = { binary: at('main'), library: at('libgreet.so.1'), other: at('other.so') };
  return model;
}

/** A folder with a program and its library in lib/, named so that no other process has its name. */
function built(
  name: string,
  at = home,
): { readonly folder: string; readonly binary: string; readonly library: string } {
  const folder = mkdtempSync(join(at, 'app-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'lib'));
  const library = join(folder, 'lib/libgreet.so.1');
  const binary = join(folder, name);
  copyFileSync(compiled().library, library);
  copyFileSync(compiled().binary, binary);
  return { folder, binary, library };
}

async function run(binary: string, ...given: readonly string[]): Promise<ChildProcess> {
  const child = spawn(binary, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a program that finds its libraries is well', { skip }, async () => {
  const { binary } = built('lm-well');

  const reading = await started(check, { options: { binary } }).read();

  assert.equal(reading.cause, undefined);
  assert.equal(reading.said, `${binary} finds all 3 libraries that it needs.`);
  assert.deepEqual(reading.figures, { libraries: 3 });
});

test('a library that is taken away is missing, and says who needs it', { skip }, async () => {
  const { binary, library } = built('lm-missing');
  const one = started(check, { options: { binary } });
  const causes = [(await one.read()).cause];

  renameSync(library, `${library}.away`);
  const missing = await one.read();
  causes.push(missing.cause, (await one.read()).cause);
  renameSync(`${library}.away`, library);

  assert.equal(missing.said, `Library libgreet.so.1, which ${binary} needs, is not found.`);
  assert.equal(one.causes.missing?.severity, 'critical');
  assert.match(one.causes.missing?.whatToDo ?? '', new RegExp(`ldd ${binary} \\| grep 'not found'`));
  // The second reading after it was taken away: 100 s at the default step, two minutes at most.
  assert.equal(confirmedAt(check, causes), 3);
  assert.ok(2 * check.everyMs <= 120_000);
  assert.equal((await one.read()).cause, undefined);
});

test('one that is missing for a single reading now and then is not told', { skip }, async () => {
  const { binary, library } = built('lm-flaps');
  const one = started(check, { options: { binary } });
  const causes: (string | undefined)[] = [];

  for (const isAway of [false, true, false, false, true, false]) {
    if (isAway) renameSync(library, `${library}.away`);
    causes.push((await one.read()).cause);
    if (isAway) renameSync(`${library}.away`, library);
  }

  assert.equal(causes.filter((cause) => cause === 'missing').length, 2);
  assert.equal(confirmedAt(check, causes), undefined);
});

test('a library that is replaced under a running process asks for a restart, after which all is well', {
  skip,
}, async () => {
  const { binary, library } = built('lm-replaced');
  const one = started(check, { options: { process: 'lm-replaced', unchanged: 'no' } });
  const child = await run(binary);
  const before = await one.read();

  copyFileSync(compiled().other, `${library}.new`);
  renameSync(`${library}.new`, library);
  const replaced = await one.read();
  await end(child);
  await run(binary);

  assert.equal(before.said, 'Process lm-replaced finds all 3 libraries that it needs, and runs with those on disk.');
  assert.equal(replaced.cause, 'replaced');
  assert.equal(
    replaced.said,
    `Process lm-replaced (${child.pid}) still runs with an old ${library}, replaced on disk since.`,
  );
  assert.equal(one.causes.replaced?.severity, 'warning');
  assert.match(one.causes.replaced?.whatToDo ?? '', /`systemctl status \$\(pgrep -o lm-replaced\)`/);
  assert.equal((await one.read()).cause, undefined);
});

test('a link that leads to another version is one that was replaced', { skip }, async () => {
  const { binary, library } = built('lm-link');
  renameSync(library, `${library}.1`);
  symlinkSync('libgreet.so.1.1', library);
  const one = started(check, { options: { process: 'lm-link', unchanged: 'no' } });
  await run(binary);
  const before = await one.read();

  copyFileSync(compiled().other, `${library}.2`);
  rmSync(library);
  symlinkSync('libgreet.so.1.2', library);
  const after = await one.read();

  assert.equal(before.cause, undefined);
  assert.equal(after.cause, 'replaced');
  assert.match(after.said, new RegExp(`an old ${library}.1, replaced`));
});

test('a program that is replaced under its process is told as well', { skip }, async () => {
  const { binary } = built('lm-program');
  const one = started(check, { options: { process: 'lm-program', unchanged: 'no' } });
  const child = await run(binary);

  copyFileSync(binary, `${binary}.new`);
  renameSync(`${binary}.new`, binary);

  const reading = await one.read();
  assert.equal(reading.cause, 'replaced');
  assert.match(reading.said, new RegExp(`^Process lm-program \\(${child.pid}\\) still runs with an old ${binary},`));
});

test('a library deleted under a running process is missing for the next start, which the lines say too', {
  skip,
}, async () => {
  const { binary, library } = built('lm-deleted');
  const one = started(check, { options: { process: 'lm-deleted' } });
  const child = await run(binary);

  rmSync(library);
  const reading = await one.read();

  assert.equal(reading.cause, 'missing');
  assert.equal(reading.said, `Library libgreet.so.1, which ${binary} needs, is not found.`);
  const line = `Process lm-deleted (${child.pid}) runs with ${library}, of which no file is left on disk.`;
  assert.ok(reading.lines?.includes(line), String(reading.lines));
});

test('a plug-in that is deleted while it is loaded is told, a passing one in a folder for such is not', {
  skip: skip || (lasting === undefined && 'there is no folder that is not for passing files'),
}, async () => {
  const { folder, binary } = built('lm-plugin', lasting);
  const [staying, passing] = [join(folder, 'plugin.so'), join(folder, 'tmp/jna123.so')];
  mkdirSync(dirname(passing));
  for (const path of [staying, passing]) copyFileSync(compiled().other, path);
  const child = await run(binary, passing);
  rmSync(passing);
  const one = started(check, { options: { process: 'lm-plugin' } });
  const quiet = await one.read();
  await end(child);
  await run(binary, staying);
  rmSync(staying);

  assert.equal(quiet.cause, undefined);
  const told = await one.read();
  assert.equal(told.cause, 'deleted-mapped');
  assert.match(told.said, new RegExp(`runs with ${staying}, of which no file is left`));
});

test('a process that ended is asked for by its program on disk', { skip }, async () => {
  const { binary, library } = built('lm-ended');
  const one = started(check, { options: { process: 'lm-ended' } });
  const never = await one.read();
  const child = await run(binary);
  await one.read();
  await end(child);

  rmSync(library);

  assert.equal(never.cause, 'not-running');
  assert.equal((await one.read()).cause, 'missing');
});

test('a library that was cut off is damaged', { skip }, async () => {
  const { binary, library } = built('lm-damaged');
  truncateSync(library, 0);

  const reading = await started(check, { options: { binary } }).read();

  assert.equal(reading.cause, 'not-elf');
  assert.equal(
    reading.said,
    `Library libgreet.so.1, which ${binary} needs, is damaged: ${library} (0 bytes) is no ELF file.`,
  );
  assert.equal(spawnSync(binary).status, 127, 'it does not start');
});

test('a script is asked for by its interpreter', { skip }, async () => {
  const { folder, binary, library } = built('lm-script');
  const script = join(folder, 'start');
  writeFileSync(script, `#!${binary} -x\n`);
  const read = async (path: string) => await started(check, { options: { binary: path } }).read();
  const well = await read(script);

  rmSync(library);
  const missing = await read(script);
  rmSync(binary);
  const gone = await read(script);
  writeFileSync(script, 'no script');

  assert.equal(well.cause, undefined);
  assert.equal(missing.cause, 'missing');
  assert.equal(gone.cause, 'binary-missing');
  assert.equal(gone.said, `Interpreter ${binary}, which the script ${script} names, is not there.`);
  assert.equal((await read(script)).cause, 'not-elf');
  assert.equal((await read('/usr/bin/env')).cause, undefined);
});

test('a change in place is told, unless packages were installed at the time', { skip }, async () => {
  const { binary, library } = built('lm-changed');
  const root = hostOf(binary, library);
  const status = join(root, 'var/lib/dpkg/status');
  mkdirSync(dirname(status), { recursive: true });
  writeFileSync(status, '');
  const longAgo = Date.now() / 1_000 - 86_400;
  utimesSync(status, longAgo, longAgo);
  const one = started(check, { options: { binary }, places: { root } });
  const before = await one.read();

  writeFileSync(join(root, library), Buffer.concat([readFileSync(library), Buffer.from('x')]));
  const causes: (string | undefined)[] = [];
  for (let reading = 0; reading < 6; reading += 1) causes.push((await one.read()).cause);
  writeFileSync(join(root, library), readFileSync(library));
  writeFileSync(status, 'Package: greet\n');
  const upgraded = await one.read();

  assert.equal(before.cause, undefined);
  assert.deepEqual(causes, [...Array(5).fill('changed'), undefined]);
  assert.equal(upgraded.cause, undefined);
  assert.deepEqual(upgraded.changes, [`Packages were installed: ${library} changed on disk.`]);
});

test('the package of a missing library is named where dpkg knows it', { skip }, async () => {
  const { binary, library } = built('lm-package');
  const root = hostOf(binary, library);
  mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
  writeFileSync(join(root, 'var/lib/dpkg/info/libgreet1:amd64.list'), `/.\n${library}\n`);
  rmSync(join(root, library));

  const reading = await started(check, { options: { binary }, places: { root } }).read();

  assert.equal(reading.cause, 'missing');
  assert.deepEqual(reading.lines, ['It is of package libgreet1:amd64: apt-get install --reinstall libgreet1:amd64']);
});

test('a process in a container is looked at on its own disk', { skip: skip || notRoot() }, async (context) => {
  const { binary, library } = built('lm-container');
  const root = hostOf(binary, library);
  for (const name of ['old', 'proc']) mkdirSync(join(root, name));
  // The loader learns from /proc which folder is $ORIGIN.
  const disks = `mount --bind ${root} ${root} && mount --rbind /proc ${root}/proc`;
  const enter = `${disks} && cd ${root} && pivot_root . old && exec ${binary}`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', enter], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!String(said).startsWith('one')) return context.skip('no process can have disks of its own here');
  const one = started(check, { options: { process: 'lm-container' } });

  // What lies at the same path outside of it is of no account.
  rmSync(library);
  rmSync(binary);
  const well = await one.read();
  copyFileSync(compiled().other, join(root, `${library}.new`));
  renameSync(join(root, `${library}.new`), join(root, library));
  const replaced = await one.read();
  await end(child);

  assert.equal(well.said, 'Process lm-container finds all 3 libraries that it needs, and runs with those on disk.');
  assert.equal(replaced.cause, 'replaced', replaced.said);
  assert.match(replaced.said, new RegExp(`an old ${library}, replaced`));
  assert.equal((await one.read()).cause, 'not-running', 'its disk is gone with it');
});

test("without the right to look into another user's process the reading says so", {
  skip: skip || notRoot(),
}, async () => {
  const { folder, binary } = built('lm-rights');
  await run(binary);
  const locked = join(folder, 'locked');
  mkdirSync(locked, { mode: 0o700 });
  cpSync(binary, join(locked, 'lm-rights'));

  const causes = causesAsNobody([{ process: 'lm-rights' }, { binary: join(locked, 'lm-rights') }, { binary }]);

  assert.deepEqual(causes, ['not-permitted', 'not-permitted', null]);
});

test('what does not answer in time hangs', { skip }, async () => {
  const one = started(check, { options: { binary: process.execPath } });

  assert.equal((await one.read(AbortSignal.abort())).cause, 'hangs');
  await until('it is well again', async () => (await one.read()).cause === undefined);
});

test('one of binary and process has to be given', () => {
  const compile = (options: Record<string, string>) => () =>
    check.compile(options, { name: 'one', places: PLACES, now: Date.now });

  assert.throws(compile({}), UserError);
  assert.throws(compile({ binary: '/bin/ls', process: 'ls' }), /write one of them/);
  assert.throws(compile({ binary: 'nginx' }), /begins with no slash/);
});

/** A root with the program, its library, and those of this machine that both need. */
function hostOf(...paths: readonly string[]): string {
  const root = mkdtempSync(join(home, 'host-'));
  const libraries = [...execFileSync('ldd', [paths[0] ?? ''], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)];
  for (const path of [...paths, ...libraries.map(([, path = '']) => path)]) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(realpathSync(path), join(root, path));
  }
  return root;
}

function notRoot(): string | false {
  return process.getuid?.() === 0 ? false : 'only root may become another user';
}

function causesAsNobody(options: readonly object[]): unknown {
  const program = fileURLToPath(new URL('as-nobody.ts', import.meta.url));
  const given = JSON.stringify({ kind: 'library', options });
  return JSON.parse(execFileSync(process.execPath, [program, given], { encoding: 'utf8' }));
}
