/** The program journalctl: its arguments, one run of it, and what its lines say of where they stand. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Intake } from './feed.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { createLineSplitter } from './stream-lines.ts';

/** As much as is kept of what it complains. */
const MAX_COMPLAINT_CHARS = 300;
/** It answers at once or not at all. */
const PROBE_MS = 10_000;
/** What a line needs: without a choice an entry is six times its message. The cursor and the time always come. */
const FIELDS = 'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,_HOSTNAME,_PID';
const LF = 10;

export interface JournalEnd {
  /** 'ENOENT' where there is no such program, else its exit code or signal. */
  readonly code: string;
  /** The last it complained of. */
  readonly message: string;
}

export interface JournalRun {
  pause(): void;
  resume(): void;
  /** Ends it; nothing is given from the call on. */
  stop(): void;
}

/** Follows the journal from its beginning, or behind this cursor. A line half given at its end is dropped: it comes again. */
export function followJournal(parts: {
  readonly of: readonly string[];
  readonly behind: string | undefined;
  readonly intake: Pick<Intake, 'lines' | 'skip'>;
  /** All it has complained of, cut. */
  readonly onComplaint: (text: string) => void;
  readonly onEnd: (end: JournalEnd) => void;
}): JournalRun {
  const { behind, intake } = parts;
  const child = start(['--follow', '--no-tail', ...(behind ? [`--cursor=${behind}`] : []), ...matches(parts.of)]);
  let isStopped = false;
  let isFirst = true;
  let complaint = '';

  const splitter = createLineSplitter(MAX_LINE_BYTES, {
    skip: intake.skip,
    partial() {},
    lines(bytes) {
      // Not --after-cursor: where the entry of the cursor is not among those asked for, that leaves out the first that is.
      const from = isFirst && cursorOf(bytes.subarray(0, bytes.indexOf(LF))) === behind ? bytes.indexOf(LF) + 1 : 0;
      isFirst = false;
      if (from < bytes.length) intake.lines(bytes.subarray(from));
    },
  });
  child.stdout.on('data', (piece: Buffer) => {
    if (!isStopped) splitter.push(piece);
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint = `${complaint}${piece}`.slice(-MAX_COMPLAINT_CHARS);
    if (!isStopped) parts.onComplaint(complaint);
  });
  const end = (code: string) => {
    if (!isStopped) parts.onEnd({ code, message: complaint.trim() });
    isStopped = true;
  };
  child.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  child.on('close', (code, signal) => end(signal ?? `exit ${code}`));

  return {
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    stop() {
      isStopped = true;
      child.kill();
      child.stdout.destroy();
    },
  };
}

/** The cursor of the newest entry there is, whoever wrote it; none where the journal is empty. */
export async function newestCursor(): Promise<{ readonly cursor?: string | undefined; readonly failed?: JournalEnd }> {
  const child = start(['--lines=1'], PROBE_MS);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.on('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  const [code, out, complaint] = await Promise.all([ended, allOf(child.stdout), allOf(child.stderr)]);
  if (code !== 'exit 0') return { failed: { code, message: complaint.trim().slice(-MAX_COMPLAINT_CHARS) } };
  return { cursor: cursorOf(Buffer.from(out)) };
}

/** Of the last of some entries. In a text of the entry itself the quotes are escaped, so it cannot pretend to be one. */
export function cursorOf(lines: Uint8Array): string | undefined {
  const last = lines.subarray(lines.lastIndexOf(LF, lines.length - 2) + 1);
  const found = /"__CURSOR"\s*:\s*"([A-Za-z0-9=;]{1,400})"/.exec(Buffer.from(last).toString('latin1'));
  return found?.[1];
}

/** Empty where the program did not even start. */
async function allOf(stream: Readable): Promise<string> {
  return await text(stream).catch(() => '');
}

function start(more: readonly string[], timeout?: number) {
  const args = ['--output=json', '--all', '--no-pager', `--output-fields=${FIELDS}`, ...more];
  // Nothing of our environment: it may hold passwords.
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  return spawn('journalctl', args, { stdio: ['ignore', 'pipe', 'pipe'], env, timeout });
}

/** Units by what the journal itself knows of the sender, the others by the name that the sender gives. Any of them. */
function matches(of: readonly string[]): string[] {
  return of.flatMap((name, index) => {
    const field = /\.(service|socket|timer|scope|slice|mount)$/.test(name) ? '_SYSTEMD_UNIT' : 'SYSLOG_IDENTIFIER';
    return [...(index > 0 ? ['+'] : []), `${field}=${name}`];
  });
}
