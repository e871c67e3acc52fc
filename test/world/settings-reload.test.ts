/** linesman.yaml on SIGHUP: what is good takes effect, what is not is refused whole, and no line is lost or doubled. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { BURST_LINES, writeBurst } from '../support/burst.ts';
import { freePort } from '../support/free-port.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { addPatternFolder, oddLines, oddPattern, says, takesInAll } from '../support/pattern-files.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { createSmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

const TAKEN = 'Settings were taken';
const ANEW = 'Settings were taken, the service starts anew with them';
const REFUSED = 'Settings are refused; those before stay in force';

test('a changed option of a watch is taken in place, and an open fault survives it', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  await writeBurst(world);
  await world.sink.waitFor(1, 120_000);
  await ticks(linesman, 3);
  const before = begun(linesman);

  await setYaml(world, ['watches:', '  http.5xx.burst: { clearAfter: 30s }']);
  hangUp(linesman);
  await says(linesman, TAKEN);
  await world.append(nginxLines(100, 502));
  await linesman.takes(BURST_LINES + 100);
  await ticks(linesman, 3);

  assert.match(await openFaults(linesman), /linesman_faults_open\{severity="critical",state="firing"\} 1/);
  assert.ok(before.includes('http.5xx.burst'));
  assert.deepEqual(begun(linesman), before, 'each is followed, and none begins again or ends');
  assert.equal(world.sink.mails.length, 1);
  assert.deepEqual(
    linesman.log().flatMap(({ msg, changed }) => (msg === TAKEN ? [changed] : [])),
    [['watches']],
  );
  assert.equal(starts(linesman), 1);
});

test('a bad file is refused whole with all its mistakes, and taken when it is mended', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();

  await setYaml(world, ['log: loud', 'nonsense: 1', 'watches:', '  http.5xx.burst: { severity: info }']);
  hangUp(linesman);
  const reason = await linesman.complains(/SIGHUP/);
  const [refused] = linesman.log().filter(({ msg }) => msg === REFUSED);
  await setYaml(world, ['watches:', '  http.5xx.burst: { severity: info }', '  no.such: { enabled: false }']);
  hangUp(linesman);
  await linesman.complains(/no\.such: there is no such watch/);
  await setYaml(world, ['log: debug']);
  hangUp(linesman);
  await linesman.isWell();
  // It is well a moment before it says so.
  await until('it says what changed', () => linesman.log().some(({ msg }) => msg === TAKEN));

  assert.match(reason, /not taken: .*linesman\.yaml:\d+:\d+: .*log/);
  assert.match(JSON.stringify(refused?.mistakes), /nonsense/);
  assert.deepEqual(
    linesman.log().flatMap(({ msg, changed }) => (msg === TAKEN ? [changed] : [])),
    [['log']],
  );
  const metrics = await linesman.metrics();
  assert.match(metrics, /^linesman_reloads_total\{what="config",result="refused"\} 2$/m);
  assert.match(metrics, /^linesman_reloads_total\{what="config",result="taken"\} 1$/m);
  assert.match(metrics, /^linesman_reloaded_seconds\{what="config"\} \d+/m);
});

test('an added source is read after a new start in the same process, and no line of the others is lost or doubled', async (t) => {
  const world = await createWorld({ env: { LINESMAN_LOGS: '' } });
  t.after(world.end);
  const other = join(world.folder, 'other');
  await mkdir(other);
  await setSources(world, []);
  const linesman = await world.start();
  await world.append(nginxLines(50));
  await linesman.takes(50);

  await setSources(world, [`  - { name: other, files: ${join(other, '*.log')} }`]);
  hangUp(linesman);
  for (let i = 0; i < 20; i += 1) await world.append(nginxLines(10));
  await until('it watches again', () => starts(linesman) === 2);
  await appendFile(join(other, 'access.log'), nginxLines(30, 404));
  await linesman.takes(280);

  assert.deepEqual(await linesman.statuses(), { 200: 250, 404: 30 });
  assert.deepEqual(
    linesman.log().flatMap(({ msg, changed }) => (msg === ANEW ? [changed] : [])),
    [['sources']],
  );
  assert.match(await linesman.metrics(), /^linesman_reloads_total\{what="config",result="taken"\} 1$/m);
  await linesman.isWell();
  assert.equal(await linesman.stop(), 0);
});

test('one that waits for Redis gives the waiting up for other settings', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await setYaml(world, [`redis: redis://127.0.0.1:${await freePort()}`]);
  const linesman = world.begin();
  await linesman.complains(/Redis/);

  await setYaml(world, []);
  hangUp(linesman);
  await until('it watches', () => starts(linesman) === 1);
  await world.append(nginxLines(20));
  await linesman.takes(20);

  await linesman.isWell();
  assert.equal(await linesman.stop(), 0);
});

test('settings that cannot be started with give way to those before', async (t) => {
  const world = await createWorld({ env: { LINESMAN_DATA: '' } });
  t.after(world.end);
  await setYaml(world, [`data: ${world.data}`]);
  const linesman = await world.start();
  await writeFile(join(world.folder, 'file'), '');

  await setYaml(world, [`data: ${join(world.folder, 'file', 'data')}`]);
  hangUp(linesman);
  await until('it watches again', () => starts(linesman) === 2);
  const reason = await linesman.complains(/SIGHUP/);
  await world.append(nginxLines(20));
  await linesman.takes(20);

  assert.match(reason, /not taken: .*data/);
  assert.deepEqual(await linesman.statuses(), { 200: 20 });
});

test('the next mail goes to the new receiver by the new server', async (t) => {
  const world = await createWorld({ env: { LINESMAN_MAIL_TO: '', LINESMAN_SMTP_URL: '' } });
  t.after(world.end);
  const sink = await createSmtpSink();
  t.after(sink.close);
  await setYaml(world, ['mail:', `  to: old@example.com`, `  smtp: ${world.sink.url}`]);
  const linesman = await world.start();

  await setYaml(world, ['mail:', `  to: new@example.com`, `  smtp: ${sink.url}`]);
  hangUp(linesman);
  await says(linesman, TAKEN);
  await writeBurst(world);
  const [mail] = await sink.waitFor(1, 120_000);

  assert.match(JSON.stringify(mail?.parsed.to), /new@example\.com/);
  assert.equal(world.sink.mails.length, 0);
  assert.equal(starts(linesman), 1);
});

test('SIGHUP neither ends one that starts nor one that stops', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = world.begin();
  await until('it begins to say something', () => linesman.log().length > 0);

  for (let i = 0; i < 5; i += 1) hangUp(linesman);
  await until('it watches', () => starts(linesman) === 1);
  await says(linesman, 'Settings are those that were in force');
  const ended = linesman.stop();
  hangUp(linesman);

  assert.equal(await ended, 0);
});

test('standard input is read on over a new start', async (t) => {
  const world = await createWorld({ env: { LINESMAN_LOGS: '-' } });
  t.after(world.end);
  const linesman = await world.start({ hasInput: true });
  linesman.input?.write(nginxLines(40));
  await linesman.takes(40);

  await setYaml(world, ['timezone: Europe/Berlin']);
  hangUp(linesman);
  await until('it watches again', () => starts(linesman) === 2);
  linesman.input?.write(nginxLines(60, 404));
  await linesman.takes(100);

  assert.deepEqual(await linesman.statuses(), { 200: 40, 404: 60 });
});

test('a pattern that is still needed stays when its file is removed, and goes when it is needed no more', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  const watch =
    '  watches: [{ name: app.many, detector: threshold, options: { series: app.bad, statistic: sum, window: 60s, above: 5, unit: count }, severity: warning, title: a, why: b, whatToDo: c }]';
  await patterns.write('app.yaml', oddPattern('app', watch));
  await setYaml(world, [`patterns: ${patterns.folder}`, 'watches:', '  app.many: { severity: info }']);
  const linesman = await world.start();

  await patterns.remove('app.yaml');
  const reason = await linesman.complains(/app\.yaml/);
  await world.append(oddLines('app', 10));
  assert.deepEqual(await takesInAll(linesman, 10), { app: 10 });
  await setYaml(world, [`patterns: ${patterns.folder}`]);
  hangUp(linesman);
  await linesman.isWell();
  await world.append(oddLines('app', 10));

  assert.deepEqual(await takesInAll(linesman, 20), { app: 10, unmatched: 10 });
  assert.match(reason, /app\.yaml is gone and stays in force all the same, since it is needed: .*app\.many/);
});

test('many reloads in a row leave no thread behind', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  await patterns.write('app.yaml', oddPattern('app'));
  const linesman = await world.start();
  await world.append(oddLines('app', 10));
  await takesInAll(linesman, 10);
  const before = await threads(linesman);

  for (let round = 1; round <= 3; round += 1) {
    await patterns.replace('app.yaml', oddPattern('app', `    # ${round}`));
    await says(linesman, 'Pattern files were taken', round);
    await setYaml(world, [
      `patterns: ${patterns.folder}`,
      'watches:',
      `  http.5xx.burst: { clearAfter: ${60 + round}s }`,
    ]);
    hangUp(linesman);
    await says(linesman, TAKEN, round);
  }
  await until('all threads but those of a start have ended', async () => (await threads(linesman)) <= before);
  await world.append(oddLines('app', 10));

  assert.deepEqual(await takesInAll(linesman, 20), { app: 20 });
});

function hangUp({ pid }: Running): void {
  process.kill(pid, 'SIGHUP');
}

/** Lines of linesman.yaml besides the host. */
async function setYaml(world: World, lines: readonly string[]): Promise<void> {
  await world.configure(() => ['host: test', ...lines, ''].join('\n'));
}

async function setSources(world: World, others: readonly string[]): Promise<void> {
  await setYaml(world, ['sources:', `  - { name: shop, files: ${world.accessLog} }`, ...others]);
}

function starts(linesman: Running): number {
  return linesman.log().filter(({ msg }) => msg === 'linesman is watching').length;
}

/** Watches of the faults that came to another state, in their order. */
function begun(linesman: Running): readonly unknown[] {
  return linesman.log().flatMap(({ msg, watch }) => (msg === 'Fault' ? [watch] : []));
}

async function openFaults(linesman: Running): Promise<string> {
  return (await linesman.metrics())
    .split('\n')
    .filter((line) => line.startsWith('linesman_faults_open'))
    .join('\n');
}

/** Waits until so many more ticks were run. */
async function ticks(linesman: Running, more: number): Promise<void> {
  const count = async () => {
    const counts = (await linesman.metrics()).matchAll(/^linesman_tick_seconds_count\{.*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, ticks]) => sum + Number(ticks), 0);
  };
  const before = await count();
  await until(`${more} more ticks were run`, async () => (await count()) >= before + more);
}

/** Of the process, as the system counts them. */
async function threads({ pid }: Running): Promise<number> {
  return Number(/^Threads:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
