/** The first start learns from the log that is there and from its rotated files, and counts nothing of them. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { nginxLines } from '../support/nginx-lines.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const LEARNT = 'Learnt from earlier lines';
/** The digest would tell them in the morning. */
const BY_MAIL = ['watches:', '  nginx.errors.new: { delivery: mail }'];

test('what a fortnight of rotated files had is usual in the first minute, and what it never had is told', async (t) => {
  const world = await createWorld({ config: BY_MAIL });
  t.after(world.end);
  await drawErrors(world, 32);
  const linesman = await world.start();
  await learns(linesman);

  await appendFile(errorLog(world), errors(Date.now(), USUAL, 5));
  await appendFile(
    errorLog(world),
    errors(Date.now(), 'upstream prematurely closed connection while reading response header from upstream', 5),
  );
  const [mail] = await world.sink.waitFor(1, 120_000);
  await linesman.isWell();

  const [learnt] = linesman.log().filter(({ msg }) => msg === LEARNT);
  // On a machine that is busy enough there is no time for all of it.
  const isAll = learnt?.leftOut === undefined;
  const text = isAll
    ? /^Learnt from 32 hours of 3 files \(error\.log\.2\.gz … error\.log\): 319 lines in /
    : /^Learnt from .*error\.log/;
  assert.match(String(learnt?.text), text);
  assert.match(mail?.parsed.text ?? '', /upstream prematurely closed\s+connection/);
  assert.equal(world.sink.mails.length, 1);
  assert.match(await linesman.metrics(), /linesman_lines_total\{[^}]*pattern="nginx-error"[^}]*\} 10\n/);
});

test('a second start learns nothing again', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await drawErrors(world, 6);
  const first = await world.start();
  await learns(first);
  await world.append(nginxLines(20));
  await first.takes(20);
  await until('what was learnt is stored', async () => Number(learntBytes(await first.metrics())) > 0);
  assert.equal(await first.stop(), 0);

  const second = await world.start();
  await world.append(nginxLines(30));
  await second.takes(50);

  assert.deepEqual(
    second.log().filter(({ msg }) => msg === LEARNT),
    [],
  );
});

test('killed while it learns it counts every line once, and learns at the next start', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await drawErrors(world, 6);
  const first = await world.start();
  await world.append(nginxLines(40));
  await first.kill();
  await world.append(nginxLines(2));

  const second = await world.start();
  await learns(second);
  await world.append(nginxLines(8));
  await second.takes(50);

  assert.deepEqual(await second.statuses(), { 200: 50 });
});

test('with LINESMAN_LEARN_FROM=nothing nothing is learnt from', async (t) => {
  const world = await createWorld({ env: { LINESMAN_LEARN_FROM: 'nothing' } });
  t.after(world.end);
  await drawErrors(world, 6);
  const linesman = await world.start();
  await world.append(nginxLines(20));
  await linesman.takes(20);

  assert.deepEqual(
    linesman.log().filter(({ msg }) => msg === LEARNT),
    [],
  );
});

test('a file that is damaged costs a sentence, and the others are learnt from', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await drawErrors(world, 6);
  const packed = join(dirname(world.accessLog), 'error.log.2.gz');
  const bytes = await readFile(packed);
  await writeFile(packed, bytes.subarray(0, 40));
  await wasWritten(packed, 4);
  const linesman = await world.start();
  await learns(linesman);

  const [learnt] = linesman.log().filter(({ msg }) => msg === LEARNT);
  assert.match(JSON.stringify(learnt?.leftOut), /error\.log\.2\.gz' cannot be read: its gzip ends too early/);
  assert.match(String(learnt?.text), /error\.log/);
  await linesman.isWell();
});

test('lines that no pattern takes teach nothing, and are learnt from when one does', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await mkdir(dirname(world.accessLog), { recursive: true });
  await writeFile(`${errorLog(world)}.1`, 'what no pattern takes\n'.repeat(400));
  await writeFile(errorLog(world), '');
  const first = await world.start();
  await until('it says that it learnt nothing', () =>
    first.log().some(({ error }) => error === 'no line has a stamp that a pattern knows'),
  );
  assert.equal(await first.stop(), 0);

  await drawErrors(world, 6);
  await learns(await world.start());
});

const USUAL = 'connect() failed (111: Connection refused) while connecting to upstream';

function errorLog({ accessLog }: World): string {
  return join(dirname(accessLog), 'error.log');
}

/** So many hours of an error log with a line every six minutes, in three files, up to six minutes ago. */
async function drawErrors(world: World, hours: number): Promise<void> {
  const now = Date.now();
  const third = Math.floor((hours * 10) / 3);
  const lines = Array.from({ length: hours * 10 }, (_, i) => errors(now - hours * HOUR_MS + i * 360_000, USUAL, 1));
  const log = errorLog(world);
  await mkdir(dirname(log), { recursive: true });
  await writeFile(`${log}.2.gz`, gzipSync(lines.slice(0, third).join('')));
  await writeFile(`${log}.1`, lines.slice(third, 2 * third).join(''));
  await writeFile(log, lines.slice(2 * third).join(''));
  await wasWritten(`${log}.2.gz`, (hours * 2) / 3);
  await wasWritten(`${log}.1`, hours / 3);
}

async function wasWritten(path: string, hoursAgo: number): Promise<void> {
  const at = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(path, at, at);
}

function errors(at: number, text: string, count: number): string {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const line = `${stamp} [error] 31#31: *7 ${text}, client: 203.0.113.7, server: shop.example.com, request: "GET / HTTP/1.1", host: "shop.example.com"\n`;
  return line.repeat(count);
}

function learntBytes(metrics: string): string | undefined {
  return /^linesman_baseline_bytes (\d+)$/m.exec(metrics)?.[1];
}

async function learns(linesman: Running): Promise<void> {
  await until('it has learnt', () => linesman.log().some(({ msg }) => msg === LEARNT));
}
