/** The service of systemd without systemd: the commands of docs/OPERATING.md as root, in a container that stands for a host. */
import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shellCommands } from '../docs/shell-commands.ts';
import { run, runOk } from './machine.ts';
import { told } from './place.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLONE = ['package.json', 'patterns', 'deploy', 'docs'];
const WITHIN_MS = 180_000;
/** The image says these for itself, and a host does not. */
const UNSAID = ['LINESMAN_DATA', 'LINESMAN_LOGS', 'LINESMAN_HTTP'].flatMap((name) => ['-e', `${name}=`]);
/** As the unit starts it: its user, its group, its environment file. Asked as the page asks, then ended as systemd ends it. */
const AS_A_SERVICE = `
runuser -u linesman -g linesman -G adm -- sh -c 'set -a; . /etc/linesman/linesman.env; exec /usr/local/bin/linesman run' &
service=$!
until linesman sources; do kill -0 $service; done
test "$(stat -c %U /var/lib/linesman/lock)" = linesman
# Not runuser, which waits for it.
kill -TERM "$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' /var/lib/linesman/lock)"
wait $service`;

test('every command for a host does what the page says, and the service runs as a user of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-host-'));
  try {
    const clone = await cloneIn(folder);
    const commands = shellCommands('docs/OPERATING.md').flatMap(({ command, runner }) =>
      runner === 'host' && command !== 'linesman sources' ? command : [],
    );
    assert.ok(commands.length >= 7, commands.join('\n'));
    const given =
      'mkdir -p /var/log/nginx && touch /var/log/nginx/access.log && chgrp -R adm /var/log/nginx && chmod 640 /var/log/nginx/*';
    // systemd makes it, by StateDirectory; the command that installs the user stands before.
    const state = 'install -d -o linesman -g linesman -m 0750 /var/lib/linesman';
    const script = [
      'set -ex',
      given,
      ...commands.flatMap((one) => (one.startsWith('useradd') ? [one, state] : one)),
      AS_A_SERVICE,
    ].join('\n');

    const args = [
      'run',
      '--rm',
      '--network=none',
      '--user=0',
      '-v',
      `${clone.folder}:/src:ro`,
      '-v',
      `${clone.modules}:/src/node_modules:ro`,
    ];
    const ran = await run(
      told.program,
      [...args, ...UNSAID, '-w', '/src', '--entrypoint', 'sh', told.image, '-c', script],
      { withinMs: WITHIN_MS },
    );

    assert.equal(ran.code, 0, `${ran.stdout.slice(-1_500)}${ran.stderr.slice(-2_500)}`);
    assert.match(ran.stdout, /access\.log/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What is in a clone after `npm ci && npm run build`, which .ci/run says in one. */
async function cloneIn(folder: string): Promise<{ readonly folder: string; readonly modules: string }> {
  // As a clone is, and a temporary folder is not.
  await chmod(folder, 0o755);
  for (const name of CLONE) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await runOk(process.execPath, [join(ROOT, 'test/tools/build.ts'), join(folder, 'dist')], { withinMs: WITHIN_MS });
  return { folder, modules: await realpath(join(ROOT, 'node_modules')) };
}
