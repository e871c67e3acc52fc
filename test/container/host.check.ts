/** The service of systemd without systemd: the commands of the pages as root, in a container that stands for a host. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shellCommands } from '../docs/shell-commands.ts';
import { run } from './machine.ts';
import { told } from './place.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const WITHIN_MS = 180_000;
/** The image says these for itself, and a host does not. */
const UNSAID = ['LINESMAN_DATA', 'LINESMAN_LOGS', 'LINESMAN_HTTP'].flatMap((name) => ['-e', `${name}=`]);
/** A clone after `npm ci && npm run build`, which .ci/run says in one; its Node is where that puts it. And a log as Debian makes it. */
const GIVEN = `set -ex
cp -r /app /clone && cp -r /deploy /clone/deploy
mkdir -p /clone/node_modules/.bin && cp /usr/local/bin/node /clone/node_modules/.bin/node
mkdir -p /var/log/nginx && touch /var/log/nginx/access.log
chgrp -R adm /var/log/nginx && chmod 640 /var/log/nginx/access.log
cd /clone`;
/** systemd makes it, by StateDirectory, once the user is there. */
const STATE = 'install -d -o linesman -g linesman -m 0750 /var/lib/linesman';
/** As the unit starts it: its user, its group, its environment file. Asked as the page asks, then ended as systemd ends it. */
const AS_A_SERVICE = `
runuser -u linesman -g linesman -G adm -- sh -c 'set -a; . /etc/linesman/linesman.env; exec /usr/local/bin/linesman run' &
service=$!
# One that starts answers too, and has no source yet.
until linesman sources > /told && grep access.log /told; do kill -0 $service; done
test "$(stat -c %U /var/lib/linesman/lock)" = linesman
# Not runuser, which waits for it.
kill -TERM "$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' /var/lib/linesman/lock)"
wait $service`;

test('every command for a host does what the page says, and the service runs as a user of its own', async () => {
  const commands = hostCommands('docs/OPERATING.md');
  assert.ok(commands.length >= 7, commands.join('\n'));

  const ran = await asRoot([
    ...commands.flatMap((one) => (one.startsWith('useradd') ? [one, STATE] : one)),
    AS_A_SERVICE,
  ]);

  assert.equal(ran.code, 0, `${ran.stdout.slice(-1_500)}${ran.stderr.slice(-2_500)}`);
  assert.match(ran.stdout, /access\.log/);
});

test('the commands that the README begins with ask the doctor and start it, and Ctrl-C ends it', async () => {
  const commands = hostCommands('README.md');
  const asked = `until node dist/main.js sources; do kill -0 $service; done; kill -INT $service; wait $service`;

  const ran = await asRoot(
    commands.flatMap((one) => {
      if (one.endsWith(' run')) return [`${one} &`, 'service=$!', asked];
      // The mail server that the page names is not there, and that is what the doctor says.
      return one.includes(' doctor ')
        ? `${one} > /told || test $? = 1; cat /told; grep -A3 ^mail /told | grep WRONG`
        : one;
    }),
  );

  assert.ok(commands.length >= 4, commands.join('\n'));
  assert.equal(ran.code, 0, `${ran.stdout.slice(-1_500)}${ran.stderr.slice(-2_500)}`);
});

/** Without the one that asks a running one: the scripts do that when it runs. */
function hostCommands(page: string): readonly string[] {
  return shellCommands(page).flatMap(({ command, runner }) =>
    runner === 'host' && command !== 'linesman sources' ? command : [],
  );
}

async function asRoot(script: readonly string[]) {
  const args = ['run', '--rm', '--init', '--network=none', '--user=0', '-v', `${DEPLOY}:/deploy:ro`, ...UNSAID];
  const text = [GIVEN, ...script].join('\n');
  return await run(told.program, [...args, '--entrypoint', 'sh', told.image, '-c', text], { withinMs: WITHIN_MS });
}
