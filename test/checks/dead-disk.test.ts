/** A disk that answers nothing, as NFS whose server is gone: a FUSE mount whose program never says a word. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { check as file } from '../../src/checks/file.ts';
import { check as library } from '../../src/checks/library.ts';
import { check as packages } from '../../src/checks/packages.ts';
import { until } from '../support/until.ts';
import { started } from './running.ts';

const SILENT = `#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>
int main(int count, char **arguments) {
  char options[100];
  int device = open("/dev/fuse", O_RDWR);
  sprintf(options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  if (count < 2 || device < 0 || mount("silent", arguments[1], "fuse", 0, options) != 0) return 1;
  puts("mounted");
  fflush(stdout);
  for (;;) pause();
}
`;

const home = mkdtempSync(join(tmpdir(), 'linesman-dead-'));
const disk = join(home, 'disk');
mkdirSync(disk);
let silent: ChildProcess | undefined;
after(() => {
  silent?.kill('SIGKILL');
  spawnSync('umount', ['-l', disk]);
  rmSync(home, { recursive: true, force: true });
});

test('what lies on a disk that does not answer hangs, all else is looked at, and no look is begun twice', async (context) => {
  if (!(await mountSilent())) return context.skip('no disk can be mounted here, or gcc is missing');
  const checks = [
    started(file, { options: { path: join(disk, 'backup.sql') } }),
    started(library, { options: { binary: join(disk, 'app') } }),
    started(packages, { options: { lockfile: join(disk, 'package-lock.json') } }),
    started(file, { options: { path: join(disk, '*.conf') } }),
  ];
  const soon = () => AbortSignal.timeout(300);

  const first = await Promise.all(checks.map(async (one) => (await one.read(soon())).cause));
  // Without waiting for a signal: the look from before is still under way.
  const second = await Promise.all(checks.map(async (one) => (await one.read(AbortSignal.timeout(100_000))).cause));
  const elsewhere = await started(file, { options: { path: '/etc/passwd' } }).read();
  silent?.kill('SIGKILL');

  assert.deepEqual(first, Array(4).fill('hangs'));
  assert.deepEqual(second, Array(4).fill('hangs'));
  assert.equal(elsewhere.cause, undefined);
  await until('its program is gone, which the kernel says', async () => {
    const causes = await Promise.all(checks.map(async (one) => (await one.read()).cause));
    return causes.every((cause) => cause === 'unreadable');
  });
  execFileSync('umount', [disk]);
  const after = await Promise.all(checks.map(async (one) => (await one.read()).cause));
  assert.deepEqual(after, ['missing', 'binary-missing', 'lockfile-missing', 'missing']);
});

async function mountSilent(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !statSync('/dev/fuse', { throwIfNoEntry: false })) return false;
  writeFileSync(join(home, 'silent.c'), SILENT);
  if (spawnSync('gcc', ['-o', join(home, 'silent'), join(home, 'silent.c')]).status !== 0) return false;
  silent = spawn(join(home, 'silent'), [disk], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await Promise.race([once(silent.stdout as NodeJS.ReadableStream, 'data'), once(silent, 'exit')]);
  return String(said[0]).startsWith('mounted');
}
