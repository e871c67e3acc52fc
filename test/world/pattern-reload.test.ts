/** Pattern files that come, change, break and go while lines are written. */
import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nginxLines } from '../support/nginx-lines.ts';
import { addPatternFolder, oddLines, oddPattern, patternCounts, says, takesInAll } from '../support/pattern-files.ts';
import { createWorld, type World } from '../support/service.ts';

const TAKEN = 'Pattern files were taken';

test('a pattern that comes, changes, breaks, is mended and goes takes effect, with exact counts of each', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  const linesman = await world.start();
  await world.append(oddLines('app', 20));
  assert.deepEqual(await takesInAll(linesman, 20), { unmatched: 20 });

  await patterns.write('app.yaml', oddPattern('app'));
  await says(linesman, TAKEN, 1);
  await world.append(oddLines('app', 30));
  assert.deepEqual(await takesInAll(linesman, 50), { unmatched: 20, app: 30 });

  await patterns.replace('app.yaml', oddPattern('app').replace("'app\\|", "'(?:app|new)\\|"));
  await says(linesman, TAKEN, 2);
  await world.append(oddLines('new', 40));
  assert.deepEqual(await takesInAll(linesman, 90), { unmatched: 20, app: 70 });

  await patterns.write('app.yaml', `${oddPattern('app')}nonsense: 1\n`);
  const reason = await linesman.complains(/app\.yaml/);
  await world.append(oddLines('new', 5));
  assert.deepEqual(await takesInAll(linesman, 95), { unmatched: 20, app: 75 });
  assert.match(reason, /^Pattern file app\.yaml is not taken: app\.yaml:\d+:\d+: .*nonsense/);
  assert.match(reason, /What it said before stays in force/);

  await patterns.write('app.yaml', oddPattern('app'));
  await linesman.isWell();
  await world.append(oddLines('new', 6) + oddLines('app', 7));
  assert.deepEqual(await takesInAll(linesman, 108), { unmatched: 26, app: 82 });

  await patterns.remove('app.yaml');
  await says(linesman, TAKEN, 4);
  await world.append(oddLines('app', 9) + nginxLines(3));
  assert.deepEqual(await takesInAll(linesman, 120), { unmatched: 35, app: 82, 'nginx-timed': 3 });
  assert.equal(await linesman.stop(), 0);
});

test('no line is lost or doubled by reloads while lines are written without a rest', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  const linesman = await world.start();
  const writer = writeWithoutRest(world);

  for (let round = 1; round <= 4; round += 1) {
    await patterns.replace('app.yaml', oddPattern('app', `    # ${round}`));
    await says(linesman, TAKEN, round);
  }
  const written = await writer.stop();
  const counts = await takesInAll(linesman, written);

  const { unmatched = 0, app = 0 } = counts;
  assert.equal(unmatched + app, written / 2);
  assert.equal(counts['nginx-timed'], written / 2);
  assert.ok(app > 0, 'the pattern was taken while lines were written');
});

test('one bad file does not keep a good change of another from being taken', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  const linesman = await world.start();

  await patterns.write('bad.yaml', 'name: bad\nexpressions: [');
  await patterns.write('good.yaml', oddPattern('good'));
  await says(linesman, TAKEN);
  await world.append(oddLines('good', 10));

  assert.deepEqual(await takesInAll(linesman, 10), { good: 10 });
  assert.match(await linesman.complains(/bad\.yaml/), /bad\.yaml:\d+:\d+/);
  await patterns.remove('bad.yaml');
  await linesman.isWell();
  assert.match(await linesman.metrics(), /^linesman_reloads_total\{what="patterns",result="taken"\} 1$/m);
});

test('an expression that a hostile line can keep busy is refused, and what was before stays', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  await patterns.write('app.yaml', oddPattern('app'));
  const linesman = await world.start();

  await patterns.write('app.yaml', oddPattern('app').replace('%{DATA:message}', '(?:(?:(a+)+b)|%{DATA:message})'));
  const reason = await linesman.complains(/app\.yaml/);
  await world.append(oddLines('app', 10));

  assert.match(reason, /lets one hostile line keep this expression busy/);
  assert.deepEqual(await takesInAll(linesman, 10), { app: 10 });
});

test('a file that is written in two steps is taken when it is whole', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  const linesman = await world.start();
  const whole = oddPattern('app');

  await patterns.write('app.yaml', whole.slice(0, whole.indexOf('observe')));
  await linesman.complains(/app\.yaml/);
  await patterns.write('app.yaml', whole);
  await linesman.isWell();
  await world.append(oddLines('app', 10));

  assert.deepEqual(await takesInAll(linesman, 10), { app: 10 });
});

test('a config map that switches its ..data link is followed', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const { folder } = await addPatternFolder(world);
  await configMap(folder, 1, oddPattern('app'));
  await symlink(join('..data', 'app.yaml'), join(folder, 'app.yaml'));
  const linesman = await world.start();
  await world.append(oddLines('app', 10) + oddLines('new', 10));
  assert.deepEqual(await takesInAll(linesman, 20), { app: 10, unmatched: 10 });

  await configMap(folder, 2, oddPattern('app').replace("'app\\|", "'(?:app|new)\\|"));
  await says(linesman, TAKEN);
  await world.append(oddLines('app', 10) + oddLines('new', 10));

  assert.deepEqual(await takesInAll(linesman, 40), { app: 30, unmatched: 10 });
});

test('a folder that is gone while linesman runs is said, and its patterns stay until it is back', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const { folder, write } = await addPatternFolder(world);
  await write('app.yaml', oddPattern('app'));
  const linesman = await world.start();

  await rename(folder, `${folder}.away`);
  const reason = await linesman.complains(/patterns folder/);
  await world.append(oddLines('app', 10));
  assert.deepEqual(await takesInAll(linesman, 10), { app: 10 });
  assert.match(reason, /is gone; its patterns stay in force/);

  await rename(`${folder}.away`, folder);
  await linesman.isWell();
  assert.deepEqual(await patternCounts(linesman), { app: 10 });
});

test('a file that is touched a thousand times without another text is not taken again', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const patterns = await addPatternFolder(world);
  await patterns.write('app.yaml', oddPattern('app'));
  const linesman = await world.start();

  for (let i = 0; i < 1_000; i += 1) await patterns.write('app.yaml', oddPattern('app'));
  await patterns.write('other.yaml', oddPattern('other'));
  await says(linesman, TAKEN);

  const taken = linesman.log().filter(({ msg }) => msg === TAKEN);
  assert.deepEqual(
    taken.map(({ added, changed, removed }) => ({ added, changed, removed })),
    [{ added: ['other.yaml'], changed: [], removed: [] }],
  );
});

/** As the kubelet does it: a new folder, and a link that is put over the old one. */
async function configMap(folder: string, version: number, text: string): Promise<void> {
  const data = join(folder, `..v${version}`);
  await mkdir(data);
  await writeFile(join(data, 'app.yaml'), text);
  await symlink(`..v${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await rm(join(folder, `..v${version - 1}`), { recursive: true, force: true });
}

/** Half of the lines are Nginx', half need a pattern of the operator. */
function writeWithoutRest(world: World) {
  let written = 0;
  let isStopping = false;
  const writing = (async () => {
    while (!isStopping) {
      await world.append(nginxLines(5) + oddLines('app', 5));
      written += 10;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    async stop(): Promise<number> {
      isStopping = true;
      await writing;
      return written;
    },
  };
}
