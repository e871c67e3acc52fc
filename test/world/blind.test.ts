/** Logs that are links to a container's output: on /healthz, in the log and in one mail, over a restart, until it is mended. */
import assert from 'node:assert/strict';
import { rm, symlink } from 'node:fs/promises';
import { test } from 'node:test';
import { nginxLines } from '../support/nginx-lines.ts';
import { createWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

test('a link to the output of a container is told once with its commands, and once that it is over', async (t) => {
  const soon = '  linesman.source.blind: { clearAfter: 10s, options: { above: 15 } }';
  const world = await createWorld({ config: ['watches:', soon] });
  t.after(world.end);
  await rm(world.accessLog);
  await symlink('/dev/stdout', world.accessLog);
  const first = await world.start();

  const reason = await first.complains(/is a link to \/dev\/stdout/);
  let commands: readonly string[] = [];
  await until('its commands are there', async () => {
    const { states } = await first.health();
    commands = states.find(({ name }) => name === 'source nginx')?.remedy.map(({ command }) => command) ?? [];
    return commands.length > 0;
  });
  const [told] = await world.sink.waitFor(1, 110_000);
  await first.stop();
  const second = await world.start();
  await second.complains(/is a link to \/dev\/stdout/);
  await rm(world.accessLog);
  await world.append(nginxLines(20));
  await second.takes(20);
  await second.isWell();
  const mails = await world.sink.waitFor(2, 110_000);

  assert.match(reason, /so Nginx writes to the container's output, not to a file: mount an empty folder at/);
  assert.ok(commands.includes('access_log /var/log/nginx/requests.log;'), commands.join('\n'));
  const [logged] = first.log().filter(({ msg, name }) => msg === 'Not well' && name === 'source nginx');
  assert.match(String(logged?.remedy), /`access_log syslog:server=/);
  const text = told?.parsed.text ?? '';
  assert.match(text, /WHAT LINESMAN SAW\n\| '.*access\.log' is a link to \/dev\/stdout/);
  assert.match(text, /^\| {3}`access_log \/var\/log\/nginx\/requests\.log;`$/m);
  assert.deepEqual(
    mails.map(({ parsed }) => parsed.subject?.replace(/ of nginx .*/, '')),
    ['[linesman warning] test Unreadable log', 'Re: [linesman warning] test Unreadable log'],
  );
});
