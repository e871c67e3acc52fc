import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingRemedies, outputRemedies, rightsRemedies, shutRemedies } from '../../../src/core/reading/remedies.ts';
import { shellWord } from '../../../src/core/reading/shell-word.ts';
import { type Remedy, remedyLine, type Surroundings } from '../../../src/core/reading/state.ts';

const HOST: Surroundings = {
  ...{ place: 'host', uid: 997, gid: 997, user: 'linesman', unit: 'watcher.service', groups: { 4: 'adm' } },
};
const CONTAINER: Surroundings = { place: 'container', uid: 1000, gid: 1000, user: 'node', groups: {} };
const KUBERNETES: Surroundings = { ...CONTAINER, place: 'kubernetes' };
const ADM = { path: '/var/log/nginx/access.log', gid: 4, mode: 0o100640, isFolder: false };

test('a log of group adm takes the group, as it is given where linesman runs', () => {
  assert.deepEqual(commands(rightsRemedies(ADM, HOST)), [
    'usermod -aG adm linesman && systemctl restart watcher.service',
  ]);
  assert.deepEqual(commands(rightsRemedies(ADM, CONTAINER)), [
    'docker run --group-add 4 … linesman',
    'group_add: ["4"]',
  ]);
  assert.deepEqual(commands(rightsRemedies(ADM, KUBERNETES)), ['securityContext: { supplementalGroups: [4] }']);
});

test('where the group may not read it either, that comes first; the group of root is not joined', () => {
  const shut = rightsRemedies({ ...ADM, mode: 0o100600 }, CONTAINER);
  const folder = rightsRemedies({ path: '/var/log/nginx', gid: 0, mode: 0o040700, isFolder: true }, HOST);

  assert.equal(commands(shut)[0], 'chmod g+r /var/log/nginx/access.log');
  assert.deepEqual(commands(folder), ['setfacl -m u:linesman:rx /var/log/nginx']);
  assert.deepEqual(commands(shutRemedies('/srv/a b/x.log', HOST))[0], "namei -l '/srv/a b/x.log'");
});

test("links to a container's output have their three fixes, and the links of a volume a fourth", () => {
  const links = ['/logs/access.log', '/logs/error.log'];

  assert.deepEqual(commands(outputRemedies(links, CONTAINER)), [
    'docker run -v ./logs:/var/log/nginx … nginx',
    "docker exec NGINX sh -c 'rm /var/log/nginx/access.log /var/log/nginx/error.log && nginx -s reopen'",
    'access_log /var/log/nginx/requests.log;',
    'access_log syslog:server=LINESMAN:5514;',
  ]);
  assert.equal(commands(outputRemedies(links, HOST))[0], 'rm /logs/access.log /logs/error.log && nginx -s reopen');
});

test('where nothing matches, logs that are elsewhere are named, else how to mount or find them', () => {
  assert.deepEqual(commands(missingRemedies(['/logs/*.log'], CONTAINER)), [
    "docker run -e LINESMAN_LOGS='/logs/*.log' … linesman",
  ]);
  assert.deepEqual(commands(missingRemedies(['/logs/*.log'], HOST)), ["LINESMAN_LOGS='/logs/*.log'"]);
  assert.match(commands(missingRemedies([], CONTAINER))[0] ?? '', /^docker run -v \/var\/log\/nginx:/);
  assert.match(commands(missingRemedies([], HOST))[0] ?? '', /^nginx -T/);
});

test('whoever makes files does not write the command', () => {
  assert.equal(shellWord("/logs/a'; rm -rf ~ '.log", 'FILE'), "'/logs/a'\\''; rm -rf ~ '\\''.log'");
  for (const hidden of ['/logs/`id`.log', '/logs/a\n.log', '/logs/\u001b[2J.log', '/logs/\u202e.log', 'x'.repeat(400)])
    assert.equal(shellWord(hidden, 'FILE'), 'FILE');
  assert.equal(shellWord('-rf', 'FILE'), './-rf');
  assert.ok(
    !commands(outputRemedies(["/logs/a'$(id).log"], CONTAINER))
      .join('')
      .includes('$(id)'),
  );
});

test('a command stands in backquotes, so that no mail breaks it', () => {
  assert.equal(remedyLine({ does: 'as root', command: 'df -h' }), 'As root: `df -h`');
});

function commands(remedies: readonly Remedy[]): readonly string[] {
  return remedies.map(({ command }) => command);
}
