/** Processes that run, end, stop, become zombies and start again and again, all of the tests' own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { check } from '../../src/checks/process.ts';
import { readProcess } from '../../src/machine/processes.ts';
import { askAsNobody, noNamespaces, noOtherUser } from '../support/nobody.ts';
import { askedCheck, thisMachine } from '../support/places.ts';
import { startProgram } from '../support/program.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const RUNS = 'console.log("ready"); setInterval(() => {}, 1_000_000)';
const folder = mkdtempSync(join(tmpdir(), 'linesman-process-'));
after(() => rmSync(folder, { recursive: true }));

/** A word that no other process of this machine has in its command line. */
function aWord(): string {
  return `worker-${process.pid}-${Math.random().toString(36).slice(2)}`;
}

async function startWorker(word: string) {
  return await startProgram(`/* ${word} */ ${RUNS}`);
}

test('a process that ends is missing, and one that comes back is told as a restart', async () => {
  const word = aWord();
  const asked = askedCheck(check, { command: word });
  const first = await startWorker(word);

  const well = await asked.ask();
  await first.end();
  const missing = await asked.ask();
  const second = await startWorker(word);
  const back = await asked.ask();
  const still = await asked.ask();
  await second.end();

  assert.equal(asked.target, `process ${word}`);
  assert.equal(well.cause, undefined);
  assert.equal(well.said, `Process ${word} runs: pid ${first.pid}.`);
  assert.deepEqual(well.figures, { running: 1, starts: 0 });
  assert.equal(missing.cause, 'missing');
  assert.equal(asked.titleOf(missing), `Process ${word} is not running`);
  assert.equal(missing.said, `No process ${word} was found.`);
  assert.match(asked.remedyOf(missing), new RegExp(`\`ps -eo pid,ppid,stat,etime,args \\| grep -F -- ${word}\``));
  assert.match(asked.remedyOf(missing), /`systemctl --failed`/);
  assert.equal(back.cause, undefined);
  assert.deepEqual(back.changes, [`Process ${word} was restarted: ${first.pid} is now ${second.pid}.`]);
  assert.deepEqual(still.changes, []);
});

test('a real Redis is found by its name, and gone when it is killed', async () => {
  const redis = await startTestRedis();
  const { name } = readProcess('/proc', redis.pid()) ?? { name: '' };
  const asked = askedCheck(check, { process: name, command: redis.folder });

  const well = await asked.ask();
  await redis.kill();
  const missing = await asked.ask();
  await redis.stop();

  assert.equal(well.said, `Process ${name} runs: pid ${readPid(well.said)}.`);
  assert.equal(missing.cause, 'missing');
  assert.equal(asked.titleOf(missing), `Process ${name} is not running`);
});

function readPid(said: string): string {
  return /pid (\d+)/.exec(said)?.[1] ?? '';
}

test('Node, which calls its first thread MainThread, is found as node', async () => {
  const word = aWord();
  const program = await startProgram(`/* ${word} */ ${RUNS}`, '/opt/node/bin/node');

  const reading = await askedCheck(check, { process: 'node', command: word }).ask();
  const other = await askedCheck(check, { process: 'nodejs', command: word }).ask();
  await program.end();

  assert.equal(reading.cause, undefined);
  assert.equal(other.cause, 'missing');
});

test('a script is found by its own name, whatever runs it', async () => {
  const script = join(folder, `${aWord()}.sh`);
  writeFileSync(script, 'echo ready; read never');
  const child = spawn('sh', ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');

  const reading = await askedCheck(check, { process: basename(script) }).ask();
  child.kill('SIGKILL');
  await once(child, 'exit');

  assert.equal(reading.said, `Process ${basename(script)} runs: pid ${child.pid}.`);
});

test('three starts in ten minutes are a crash loop, and fewer after a while are none', async () => {
  const word = aWord();
  let now = 1_000_000;
  const asked = askedCheck(check, { command: word }, { now: () => now });
  let program = await startWorker(word);
  const causes = [(await asked.ask()).cause];

  for (let starts = 1; starts <= 3; starts += 1) {
    await program.end();
    program = await startWorker(word);
    now += 60_000;
    causes.push((await asked.ask()).cause);
  }
  const looping = await asked.ask();
  // The first of the three was 2 min before the last.
  now += 8 * 60_000;
  const later = await asked.ask();
  await program.end();

  assert.deepEqual(causes, [undefined, undefined, undefined, 'restarts']);
  assert.equal(asked.titleOf(looping), `Process ${word} restarts again and again`);
  assert.equal(looping.said, `Process ${word} was restarted 3 times within 10 minutes.`);
  assert.equal(later.cause, undefined);
  assert.equal(later.figures?.starts, 2);
});

test('a deploy that restarts four workers is no crash loop of one', async () => {
  const word = aWord();
  const asked = askedCheck(check, { command: word, min: 4 });
  const four = async () => await Promise.all(Array.from({ length: 4 }, async () => await startWorker(word)));
  const before = await four();
  await asked.ask();
  await Promise.all(before.map(async (one) => await one.end()));
  const after = await four();

  const reading = await asked.ask();
  await Promise.all(after.map(async (one) => await one.end()));

  assert.equal(reading.cause, undefined);
  assert.equal(reading.figures?.starts, 1);
  assert.match(reading.changes?.[0] ?? '', new RegExp(`^Process ${word} was started: pid \\d+, \\d+, \\d+, \\d+\\.$`));
});

test('one of two that starts again and again is found beside the one that does not', async () => {
  const word = aWord();
  const asked = askedCheck(check, { command: word });
  const steady = await startWorker(word);
  let failing = await startWorker(word);
  await asked.ask();
  for (let starts = 0; starts < 3; starts += 1) {
    await failing.end();
    await asked.ask();
    failing = await startWorker(word);
    await asked.ask();
  }

  const reading = await asked.ask();
  await steady.end();
  await failing.end();

  assert.equal(reading.cause, 'restarts');
});

/** Starts a worker, and another one instead at each SIGHUP, as Nginx and PHP-FPM do. */
const MASTER = `
  const worker = 'WORD; process.stdin.on("end", process.exit).resume()';
  const start = () => require('child_process').spawn(process.execPath, ['-e', worker], { stdio: 'pipe' });
  let child = start();
  process.on('SIGHUP', () => { child.once('exit', () => { child = start(); }); child.kill('SIGKILL'); });
  child.once('spawn', () => console.log('ready'));`;

test('workers that their master starts anew are no restarts', async () => {
  const word = aWord();
  const master = await startProgram(MASTER.replace('WORD', `/* ${word} */`));
  const asked = askedCheck(check, { command: word });
  const before = await asked.ask();
  const [worker] = workersOf(master.pid);

  master.signal('SIGHUP');
  await until('there is another worker', () =>
    workersOf(master.pid).some((pid) => pid !== worker && isWorker(readProcess('/proc', pid)?.command ?? '', word)),
  );
  const reading = await asked.ask();
  await master.end();

  assert.deepEqual(before.figures, { running: 2, starts: 0 });
  assert.deepEqual(reading.figures, { running: 2, starts: 0 });
  assert.deepEqual(reading.changes, []);
});

/** Between fork and exec it has the command line of its master, and for a moment none. */
function isWorker(command: string, word: string): boolean {
  return command.includes(word) && !command.includes('SIGHUP');
}

function workersOf(master: number): readonly number[] {
  const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

test('a process that is stopped does not run, and does when it goes on', async () => {
  const word = aWord();
  const program = await startWorker(word);
  const asked = askedCheck(check, { command: word });
  await asked.ask();

  program.signal('SIGSTOP');
  await until('it is stopped', () => readProcess('/proc', program.pid)?.state === 'T');
  const stopped = await asked.ask();
  program.signal('SIGCONT');
  await until('it goes on', () => readProcess('/proc', program.pid)?.state !== 'T');
  const again = await asked.ask();
  await program.end();

  assert.equal(stopped.cause, 'stopped');
  assert.equal(asked.titleOf(stopped), `Process ${word} is stopped`);
  assert.equal(stopped.said, `Process ${word} is stopped (state T): pid ${program.pid}.`);
  assert.match(asked.remedyOf(stopped), /`kill -CONT PID`/);
  assert.equal(again.cause, undefined);
});

test('a zombie is not taken for a process that runs', async () => {
  const name = `z${process.pid}`;
  const path = join(folder, name);
  symlinkSync('/bin/true', path);
  // A shell that turned into sleep never asks for its child.
  const parent = spawn('sh', ['-c', `${path} & exec sleep 1000`], { stdio: 'ignore' });
  await once(parent, 'spawn');
  const asked = askedCheck(check, { process: name });

  await until('only a zombie is left', async () => (await asked.ask()).cause === 'zombie');
  const reading = await asked.ask();
  parent.kill('SIGKILL');
  await once(parent, 'exit');

  assert.equal(asked.titleOf(reading), `Process ${name} has ended and is only a zombie`);
  assert.match(reading.said, new RegExp(`^Of process ${name} only a zombie is left: pid \\d+\\.$`));
});

test('too few and too many are told apart', async () => {
  const word = aWord();
  const programs = [await startWorker(word), await startWorker(word)];
  const few = askedCheck(check, { command: word, min: 3 });
  const many = askedCheck(check, { command: word, max: 1 });

  const tooFew = await few.ask();
  const tooMany = await many.ask();
  for (const program of programs) await program.end();

  assert.equal(tooFew.cause, 'too-few');
  assert.equal(few.titleOf(tooFew), `Fewer than 3 processes ${word} run`);
  assert.match(tooFew.said, /that run: 2 of at least 3: pid \d+, \d+\.$/);
  assert.equal(tooMany.cause, 'too-many');
  assert.equal(many.titleOf(tooMany), `More than 1 process ${word} runs`);
});

test('a check that names nothing is about the process of its own name', async () => {
  const asked = askedCheck(check, {}, { name: 'no-such-program' });

  assert.equal(asked.titleOf(await asked.ask()), 'Process no-such-program is not running');
});

test('a pid file has to name the process', async () => {
  const pidFile = join(folder, 'worker.pid');
  const word = aWord();
  const program = await startWorker(word);
  const alone = askedCheck(check, { pidFile });
  const named = askedCheck(check, { pidFile, command: word });

  const missing = await alone.ask();
  writeFileSync(pidFile, `${program.pid}\n`);
  const well = await named.ask();
  writeFileSync(pidFile, `${process.pid}\n`);
  const another = await named.ask();
  writeFileSync(pidFile, 'soon');
  const empty = await named.ask();
  writeFileSync(pidFile, `${program.pid}\n`);
  await program.end();
  const stale = await named.ask();

  assert.equal(missing.cause, 'missing');
  assert.equal(alone.titleOf(missing), 'Process worker is not running');
  assert.equal(missing.said, `The pid file ${pidFile} is not there.`);
  assert.equal(well.cause, undefined);
  assert.equal(another.cause, 'stale-pid-file');
  assert.equal(another.said, `${pidFile} names process ${process.pid}, which is node and not ${word}.`);
  assert.equal(empty.said, `The pid file ${pidFile} holds no number.`);
  assert.equal(stale.cause, 'stale-pid-file');
  assert.equal(named.titleOf(stale), `The pid file of ${word} names no such process`);
  assert.equal(stale.said, `${pidFile} names process ${program.pid}, which is not there.`);
  assert.match(named.remedyOf(stale), /`ps -fp "\$\(head -n 1 .*worker\.pid\)"`/);
});

test('who may not see others does not say that they are gone', { skip: noNamespaces() }, async () => {
  const word = aWord();
  const program = await startWorker(word);
  const first = 'mount -t proc -o hidepid=2 proc /proc';
  const asked = askedCheck(check, { command: word });

  const seen = await askAsNobody('process', { command: word });
  const hidden = await askAsNobody('process', { command: word }, { first });
  await program.end();

  assert.equal(seen.said, `Process ${word} runs: pid ${program.pid}.`);
  assert.equal(hidden.cause, 'not-permitted');
  assert.equal(hidden.said, `No process ${word} is seen, but linesman sees not those of other users (hidepid).`);
  assert.equal(asked.titleOf(hidden), `linesman cannot see process ${word}`);
  assert.match(asked.remedyOf(hidden), /hidepid.*`grep ' \/proc ' \/proc\/mounts`/);
});

test('what may not be read is told, and not taken for missing', { skip: noOtherUser }, async () => {
  const secret = join(folder, 'secret.pid');
  writeFileSync(secret, '1\n', { mode: 0o600 });

  const pidFile = await askAsNobody('process', { pidFile: secret });
  const all = await askAsNobody('process', { process: 'postgres' }, { places: { proc: join(folder, 'proc') } });

  assert.equal(pidFile.cause, 'not-permitted');
  assert.equal(pidFile.said, `The pid file ${secret} cannot be read (EACCES).`);
  assert.equal(all.cause, 'not-permitted');
  assert.equal(all.said, `The processes in ${join(folder, 'proc')} cannot be read (EACCES).`);
});

test('in a container that lacks the host it is not said that the process is gone', async () => {
  const word = aWord();
  const proc = join(folder, 'container-proc');
  mkdirSync(join(proc, '1'), { recursive: true });
  const asked = askedCheck(check, { process: word }, { places: { ...thisMachine, proc, isContainerOnly: true } });

  const reading = await asked.ask();

  assert.equal(reading.cause, 'not-permitted');
  assert.match(reading.said, /sees only those of linesman's own container/);
  assert.match(asked.remedyOf(reading), /mount `\/proc:\/host\/proc:ro`/);
});

test('a unit that it ran as is named when it is gone', async () => {
  const proc = join(folder, 'unit-proc');
  mkdirSync(join(proc, '71'), { recursive: true });
  mkdirSync(join(proc, '1'));
  writeFileSync(join(proc, '1', 'stat'), stat(1, 'systemd'));
  writeFileSync(join(proc, '1', 'cmdline'), '/sbin/init');
  writeFileSync(join(proc, '71', 'stat'), stat(71, 'mailer'));
  writeFileSync(join(proc, '71', 'cmdline'), '/usr/bin/mailer\0--once\0');
  writeFileSync(join(proc, '71', 'cgroup'), '0::/system.slice/mailer@2.service\n');
  const asked = askedCheck(check, { process: 'mailer' }, { places: { ...thisMachine, proc } });

  const well = await asked.ask();
  rmSync(join(proc, '71'), { recursive: true });
  const gone = await asked.ask();

  assert.equal(well.cause, undefined);
  assert.equal(gone.cause, 'missing');
  assert.deepEqual(gone.lines, [
    'It ran as unit mailer@2.service: `systemctl status mailer@2.service`, `journalctl -u mailer@2.service -n 50`.',
  ]);
});

/** Fields of proc_pid_stat(5): the 22nd is the start. */
function stat(pid: number, name: string): string {
  return `${pid} (${name}) S 1 ${Array.from({ length: 17 }, () => 0).join(' ')} 4711 0`;
}

test('options that do not go together are refused with what to do', () => {
  const table = [
    [{ command: 'a' }, /option "command" has 1 letters; write 3 to 200/],
    [{ process: '/usr/sbin/nginx' }, /write the program without folders/],
    [{ pidFile: 'nginx.pid' }, /write its full path/],
    [{ process: 'a', min: 3, max: 2 }, /option "max" is 2, which is less than min, 3/],
    [{ pidFile: '/run/a.pid', min: 2 }, /a pid file names one process/],
  ] as const;

  for (const [options, expected] of table) assert.throws(() => askedCheck(check, options), expected);
});
