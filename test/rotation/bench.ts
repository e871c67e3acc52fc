/**
 * `npm run bench:rotation [TEXT]`: plays every rotation story (or those with TEXT in their name) to linesman's reader
 * and to other readers of logs, each as a process on real files with the system's clock, and prints who had each line once.
 */
import { setMaxListeners } from 'node:events';
import { isEachOnce, judge } from './judge.ts';
import { createLogFolder } from './log-folder.ts';
import { gnuTail } from './programs/gnu-tail.ts';
import { linesman } from './programs/linesman.ts';
import type { Program } from './programs/program.ts';
import { rsyslog } from './programs/rsyslog.ts';
import { tailFile } from './programs/tail-file.ts';
import { createRunning } from './running.ts';
import { stories } from './stories/all.ts';
import { DEFAULT_GLOBS, type Story } from './story.ts';
import { toTable } from './table.ts';
import { worldOf } from './world-of.ts';

/** Stories played at a time: they wait more than they work. */
const AT_ONCE = 14;
const PASS = 'ok';
const UNABLE = 'not here';

const NOTES = `ok: each line once. lost n: never given. doubled n (dn): given again. damaged n (dn): run together
with another line, or with NULs in it. died: it ended by itself. no checkpoint, globs, polling: it
does not have what the story asks for; not here: the file system gave out another inode. Such
stories are left out of the sum. Restarts are orderly: linesman and rsyslog go on from their own
checkpoints, tail-file by findStart() from the last line it gave. Settings: tail-file startPos
start, force; tail -n +1 -F; imfile with reopenOnTruncate and persistStateInterval 1. Some stories
are races, so the others' figures can differ from run to run.`;

async function bench(wanted: string, signal: AbortSignal): Promise<number> {
  const chosen = stories.filter(({ name }) => name.includes(wanted));
  const programs = await installed([linesman, tailFile, gnuTail, rsyslog]);
  // Story by story, since programs differ in what their start costs.
  const tasks = chosen.flatMap((story) =>
    programs.map(({ program, version }) => ({ program, story, absent: version === undefined })),
  );
  const results = await inParallel(tasks, async ({ program, story, absent }) => {
    const cell = absent ? 'not installed' : await playTo(program, story, signal);
    process.stderr.write(`${program.name}: ${story.name}: ${cell}\n`);
    return cell;
  });
  const columns = programs.map(({ program }, at) => {
    const cells = results.filter((_, index) => index % programs.length === at);
    return { head: program.name, cells: [...cells, sumOf(cells)] };
  });
  const versions = programs.map(({ program, version }) => `${program.name} ${version ?? 'not installed'}`).join(', ');
  const table = toTable('story', [...chosen.map(({ name }) => name), '**each line once**'], columns);
  process.stdout.write(`${table}\n\n${NOTES}\n\n${versions}; ${new Date().toISOString().slice(0, 10)}\n`);
  return columns[0]?.cells.some((cell) => /lost|doubled|damaged|died/.test(cell)) ? 1 : 0;
}

async function installed(
  programs: readonly Program[],
): Promise<readonly { readonly program: Program; readonly version: string | undefined }[]> {
  return await Promise.all(programs.map(async (program) => ({ program, version: await program.version() })));
}

async function playTo(program: Program, story: Story, signal: AbortSignal): Promise<string> {
  const missing = story.needs?.find((need) => !program.has.includes(need));
  if (missing) return `no ${missing}`;
  const folder = createLogFolder();
  const parts = {
    program,
    globs: (story.globs ?? DEFAULT_GLOBS).map(folder.path),
    events: !story.needs?.includes('polling'),
    unprivileged: story.unprivileged ?? false,
    written: folder.written,
    signal,
  };
  const readers = Array.from({ length: story.readers ?? 1 }, () => createRunning(parts));
  try {
    if ((await story.play(worldOf(folder, readers))) === false) return UNABLE;
    const given = await Promise.all(readers.map((reader) => reader.finish()));
    const cells = given.map((lines) => cellOf(folder.written(), lines));
    const death = readers.map((reader) => reader.death()).find((said) => said !== undefined);
    if (death !== undefined) process.stderr.write(`${program.name}: ${story.name}: ended by itself: ${death}\n`);
    const cell = cells.find((one) => one !== PASS) ?? PASS;
    return death === undefined ? cell : `died, ${cell}`;
  } finally {
    for (const reader of readers) await reader.end();
    folder.end();
  }
}

function cellOf(written: readonly string[], given: readonly string[]): string {
  const judgement = judge(written, given);
  if (isEachOnce(judgement)) return PASS;
  const { lost, doubled, damaged } = judgement;
  const counts = { lost, doubled, damaged };
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  // Two in one cell are told by their number alone, so that the table stays narrow.
  return said.map(([name, count], at) => (at === 0 ? `${name} ${count}` : `${name.slice(0, 1)}${count}`)).join(' ');
}

function sumOf(cells: readonly string[]): string {
  const asked = cells.filter((cell) => !cell.startsWith('no'));
  return asked.length === 0 ? '' : `${asked.filter((cell) => cell === PASS).length} of ${asked.length}`;
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const stopping = new AbortController();
setMaxListeners(0, stopping.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping.abort();
    process.exit(1);
  });
}
process.exitCode = await bench(process.argv[2] ?? '', stopping.signal);
