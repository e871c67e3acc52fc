/** `linesman replay FILE…`: would it have told me, and what would the mail have said? */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.ts';
import type { LineTotal, Notification } from '../core/types.ts';

/** Of --threads: more are a mistake on any machine. */
const MAX_THREADS = 64;

interface ReplayOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly mails?: string;
  readonly from?: number;
  readonly to?: number;
  readonly drain?: number;
  readonly expect?: string;
  readonly store?: string;
  readonly threads?: number;
}

export function command(): Command {
  return new Command('replay')
    .description(
      'Run recorded log lines through the same engine on their own time. Exit 1 if a fault fired, 0 if none.',
    )
    .argument('<files...>', "log files in any order, .gz too, '-' for stdin")
    .option('--config <file>', 'linesman.yaml to use; a replay asks no variables')
    .option('--json', 'print one JSON object a transition and a mail')
    .option('--mails <folder>', 'write the mails there as .eml')
    .option('--from <time>', 'faults begin from this time on (ISO 8601); earlier lines are learnt from', time)
    .option('--to <time>', 'stop before this time; up to then silence counts', time)
    .option(
      '--drain <duration>',
      'time after the last line for open faults to resolve (default: the longest clearAfter)',
      duration,
    )
    .option('--expect <file>', 'compare the story with this golden file, exit 0 if they are the same and 1 if not')
    .option('--threads <count>', 'threads that parse (default: one a processor, 8 at most)', threads)
    .option('--store <url>', 'replay over this Redis instead of memory; nothing but this replay may be in it')
    .action(run);
}

async function run(files: readonly string[], options: ReplayOptions): Promise<void> {
  const [{ readConfig }, { replayFiles }, { createRecordedReader }, { tooSlowText }, stories] = await Promise.all([
    import('../config/read-config.ts'),
    import('../app/replay.ts'),
    import('../sources/recorded.ts'),
    import('../app/too-slow.ts'),
    import('../core/render/story.ts'),
  ]);
  const { mailJson, mailLines, storyJson, storyLine } = stories;
  const loaded = await readConfig({ ...(options.config && { file: options.config }), env: {}, hostname: hostname() });
  const config = { ...loaded, timezone: loaded.isTimezoneGiven ? loaded.timezone : 'UTC' };
  const reader = createRecordedReader({ source: config.sources[0]?.name ?? 'nginx', files });
  const opened = options.store ? await (await import('../app/replay-store.ts')).openStore(options.store) : undefined;
  const story: string[] = [];
  const bar = progressBar(reader);
  function tell(lines: readonly string[], json: () => string): void {
    story.push(...lines);
    bar.clear();
    if (!options.expect) process.stdout.write(`${options.json ? json() : lines.join('\n')}\n`);
  }
  try {
    if (options.mails) await makeFolder(options.mails);
    const { lines, fired, state } = await replayFiles({
      config,
      reader,
      from: options.from,
      to: options.to,
      drainMs: options.drain,
      threads: options.threads,
      onTooSlow(found) {
        bar.clear();
        process.stderr.write(`${tooSlowText(found)}\n`);
      },
      ...(opened && { store: opened.store }),
      onTransition: (transition) => tell([storyLine(transition)], () => storyJson(transition)),
      async onNotification(notification) {
        tell(mailLines(notification), () => mailJson(notification));
        await writeMail(options.mails, notification);
      },
      onRound: bar.draw,
    });
    bar.clear();
    const unmatched = unmatchedOf(state.totals);
    if (lines > 0 && unmatched === lines) throw await notUnderstood(files, lines);
    if (options.expect) await compare(options.expect, story);
    else {
      process.stderr.write(`${lines} lines, ${unmatched} of them matched no pattern, ${fired} faults fired\n`);
      process.exitCode = fired > 0 ? 1 : 0;
    }
  } finally {
    await reader.close();
    await opened?.close();
  }
}

function unmatchedOf(totals: readonly LineTotal[]): number {
  return totals.reduce((sum, { pattern, count }) => (pattern === 'unmatched' ? sum + count : sum), 0);
}

/** 'Nothing fired' would be a lie about a log that nobody could read. */
async function notUnderstood(files: readonly string[], lines: number): Promise<Error> {
  const { UserError } = await import('../core/errors.ts');
  return new UserError(
    'INPUT',
    `None of the ${lines} lines of ${files.join(', ')} matches a pattern; give an Nginx log, or by --config a linesman.yaml with patterns for it (docs/PATTERNS.md)`,
  );
}

async function makeFolder(folder: string): Promise<void> {
  const { messageOf, UserError } = await import('../core/errors.ts');
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(
      'INPUT',
      `--mails ${folder}: the folder cannot be made (${messageOf(cause)}); name another one`,
      { cause },
    );
  });
}

async function writeMail(folder: string | undefined, notification: Notification): Promise<void> {
  if (!folder) return;
  const { name, bytes } = await composeReplayMail(notification);
  await writeFile(join(folder, name), bytes);
}

/** The mail as a file of --mails. Attempt 1, delivered at the event's own time: the same notification is the same file. */
export async function composeReplayMail(
  notification: Notification,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const { renderMail } = await import('../core/render/render.ts');
  const { composeMail } = await import('../notifiers/mail-compose.ts');
  const { REPLAY_FROM } = await import('../app/replaying.ts');
  const rendered = renderMail(notification, { attempt: 1, deliveredAt: notification.at, from: REPLAY_FROM });
  const stamp = new Date(notification.at).toISOString().replace(/[-:]|\.000/g, '');
  const { bytes } = await composeMail(rendered);
  return { name: `${stamp}-${notification.model.transition}-${notification.id}.eml`, bytes };
}

async function compare(file: string, story: readonly string[]): Promise<void> {
  const { UserError } = await import('../core/errors.ts');
  const wanted = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(
      'INPUT',
      `--expect ${file}: the golden story cannot be read; give what replay printed, checked`,
      { cause },
    );
  });
  const expected = wanted.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const missing = expected.filter((line) => !story.includes(line));
  const unexpected = story.filter((line) => !expected.includes(line));
  const isSame = expected.join('\n') === story.join('\n');
  for (const line of missing) process.stdout.write(`- ${line}\n`);
  for (const line of unexpected) process.stdout.write(`+ ${line}\n`);
  if (isSame) process.stdout.write(`as expected: ${story.length} lines\n`);
  else if (missing.length + unexpected.length === 0)
    process.stdout.write('the same lines, in another order or number\n');
  process.exitCode = isSame ? 0 : 1;
}

function progressBar(reader: { bytesRead(): number; bytesTotal(): number }): { draw(): void; clear(): void } {
  if (!process.stderr.isTTY) return { draw() {}, clear() {} };
  const width = 30;
  let shown = -1;
  return {
    draw() {
      const share = reader.bytesTotal() === 0 ? 1 : Math.min(1, reader.bytesRead() / reader.bytesTotal());
      const filled = Math.round(share * width);
      if (Math.round(share * 100) === shown) return;
      shown = Math.round(share * 100);
      process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${shown}%`);
    },
    clear() {
      if (shown >= 0) process.stderr.write('\r\u001b[K');
      shown = -1;
    },
  };
}

function time(text: string): number {
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw new InvalidArgumentError('give an ISO 8601 time such as 2026-11-25T03:00:00Z');
  return parsed;
}

function threads(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_THREADS}`);
  }
  return count;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("give a duration such as '90s' or '5m'");
  return ms;
}
