/** `linesman replay FILE…`: would it have told me, and what would the mail have said? */
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.ts';
import type { Store } from '../core/ports.ts';

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
  readonly why?: string;
  readonly machine?: string;
}

export function command(): Command {
  return new Command('replay')
    .description(
      'Run recorded log lines through the same engine on their own time. Exit 1 if a fault fired, 0 if none.',
    )
    .argument('[files...]', "log files in any order, .gz too, '-' for stdin")
    .option('--machine <file>', 'figures of the machine at that time, one JSON object a line, as collect --json prints')
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
    .option('--why <id>', 'instead of the story show what this fault was decided on, as linesman why does')
    .action(run);
}

async function run(files: readonly string[], options: ReplayOptions): Promise<void> {
  const [
    { readReplayConfig },
    { replayFiles, unmatchedLines },
    { createRecordedReader },
    { writtenAt },
    { tooSlowText },
    stories,
    mails,
  ] = await Promise.all([
    import('../config/replay-config.ts'),
    import('../app/replay/replay.ts'),
    import('../sources/recorded.ts'),
    import('../sources/recording.ts'),
    import('../app/parsing/too-slow.ts'),
    import('../core/render/story.ts'),
    import('./mail-files.ts'),
  ]);
  const { mailJson, mailLines, storyJson, storyLine } = stories;
  const { machine } = options;
  if (files.length === 0 && machine === undefined) throw await nothingGiven();
  const config = await readReplayConfig(options.config);
  const reader = createRecordedReader({ source: config.sources[0]?.name ?? 'nginx', files });
  const opened = options.store
    ? await (await import('../app/replay/replay-store.ts')).openStore(options.store)
    : undefined;
  const store = opened?.store ?? (await import('../memory/store.ts')).createMemoryStore();
  const story: string[] = [];
  let notified = 0;
  const bar = progressBar(reader);
  function tell(lines: readonly string[], json: () => string): void {
    story.push(...lines);
    bar.clear();
    if (!options.expect && options.why === undefined)
      process.stdout.write(`${options.json ? json() : lines.join('\n')}\n`);
  }
  try {
    if (options.mails) await mails.makeMailFolder(options.mails);
    const { lines, figures, fired, state } = await replayFiles({
      ...{ config, reader, machine },
      near: await writtenAt(files, Date.now()),
      from: options.from,
      to: options.to,
      drainMs: options.drain,
      threads: options.threads,
      onTooSlow(found) {
        bar.clear();
        process.stderr.write(`${tooSlowText(found)}\n`);
      },
      store,
      onTransition: (transition) => tell([storyLine(transition)], () => storyJson(transition)),
      async onNotification(notification) {
        notified += 1;
        tell(mailLines(notification), () => mailJson(notification));
        if (options.mails) await mails.writeMailFile(options.mails, notification);
      },
      onRound: bar.draw,
    });
    bar.clear();
    const unmatched = unmatchedLines(state);
    if (lines > 0 && unmatched === lines) throw await notUnderstood(files, lines);
    if (lines > 0 && state.watermark === undefined) process.stderr.write(NO_TIME);
    if (options.why !== undefined) await tellDecision(store, options.why, options.json === true);
    else if (options.expect) await compare(options.expect, story);
    else {
      const fault = fired === 1 ? 'fault' : 'faults';
      const unmailed = fired > 0 && notified === 0 ? UNMAILED : '';
      const ofMachine = machine === undefined ? '' : `${figures} figures of the machine, `;
      process.stderr.write(
        `${lines} lines, ${unmatched} of them matched no pattern, ${ofMachine}${fired} ${fault} fired${unmailed}\n`,
      );
      process.exitCode = fired > 0 ? 1 : 0;
    }
  } finally {
    await reader.close();
    await opened?.close();
  }
}

const UNMAILED = '; no mail is of them alone: the digest tells them, at its hour';

const NO_TIME =
  'None of the lines has a time, so nothing was judged: give a log whose lines have stamps, or by --config a pattern that reads them (docs/PATTERNS.md)\n';

async function nothingGiven(): Promise<Error> {
  const { UserError } = await import('../core/errors.ts');
  return new UserError(
    'USAGE',
    'There is nothing to replay; name log files, or by --machine the figures of a machine',
    {
      exitCode: 64,
    },
  );
}

/** 'Nothing fired' would be a lie about a log that nobody could read. */
async function notUnderstood(files: readonly string[], lines: number): Promise<Error> {
  const { UserError } = await import('../core/errors.ts');
  return new UserError(
    'INPUT',
    `None of the ${lines} lines of ${files.join(', ')} matches a pattern; give an Nginx log, or by --config a linesman.yaml with patterns for it (docs/PATTERNS.md)`,
  );
}

async function tellDecision(store: Store, id: string, isJson: boolean): Promise<void> {
  const [{ decisionNames }, { REPLAY_HOST }, { decisionOf }, { tellWhy }] = await Promise.all([
    import('../core/detect/decision-ring.ts'),
    import('../app/replay/replaying.ts'),
    import('./decided.ts'),
    import('./tell-why.ts'),
  ]);
  const blobs = await store.read(REPLAY_HOST, decisionNames());
  const decision = decisionOf(
    blobs.filter((bytes) => bytes !== undefined),
    id,
    'take the id of a mail of this replay, as it stands in the subject behind #.',
  );
  process.exitCode = await tellWhy(decision, 'UTC', isJson);
}

async function compare(file: string, story: readonly string[]): Promise<void> {
  const [{ UserError }, { goldenLines, storyDiff }] = await Promise.all([
    import('../core/errors.ts'),
    import('./golden-story.ts'),
  ]);
  const wanted = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(
      'INPUT',
      `--expect ${file}: the golden story cannot be read; give what replay printed, checked`,
      { cause },
    );
  });
  const differences = storyDiff(goldenLines(wanted), story);
  process.stdout.write(
    differences.length === 0 ? `as expected: ${story.length} lines\n` : differences.map((line) => `${line}\n`).join(''),
  );
  process.exitCode = differences.length === 0 ? 0 : 1;
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
