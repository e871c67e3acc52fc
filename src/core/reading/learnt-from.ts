/** What a source was learnt from before it was judged for the first time: the files that were there already. */

export interface LearntFrom {
  /** When that was. */
  readonly at: number;
  /** By their names, in the order in which they were read; of many only the first and the last. */
  readonly files: readonly string[];
  readonly fileCount: number;
  readonly lines: number;
  /** Stamps of the first and the last line; absent where no line had one. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly tookMs: number;
  /** Mails that there would have been in that time. */
  readonly mails: number;
  /** Of them the newest: what watches and when. */
  readonly lastMails: readonly { readonly at: number; readonly watch: string }[];
  /** What was left out, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Names that are kept. */
const FILES_KEPT = 2;
/** Mails and sentences that are kept. */
export const MAILS_KEPT = 5;
export const LEFT_OUT_KEPT = 5;

/** The names worth keeping. */
export function keptNames(names: readonly string[]): readonly string[] {
  return names.length <= FILES_KEPT ? names : [names[0] ?? '', names.at(-1) ?? ''];
}

/** As a sentence for people. */
export function learntText(from: LearntFrom): string {
  const { lines, tookMs, mails, first, last } = from;
  const over = first === undefined || last === undefined ? '' : `${spanText(last - first)} of `;
  const took = `${grouped(lines)} lines in ${(tookMs / 1_000).toFixed(1)} s`;
  const told = mails === 0 ? 'no mail' : mails === 1 ? '1 mail' : `${mails} mails`;
  return `Learnt from ${over}${filesText(from)}: ${took}. Had it been watched then, there would have been ${told}${mailsText(from)}.${leftOutText(from)}`;
}

/** Which they were: whoever knows what happened then sees whether it was right. */
function mailsText({ mails, lastMails }: LearntFrom): string {
  if (lastMails.length === 0) return '';
  const named = lastMails.map(({ at, watch }) => `${watch} at ${new Date(at).toISOString().slice(0, 16)}Z`);
  return `${mails > named.length ? ', the last of them' : ''}: ${named.join(', ')}`;
}

function leftOutText({ leftOut: [first, ...others] }: LearntFrom): string {
  if (first === undefined) return '';
  return ` Left out: ${first}${others.length > 0 ? ' And more.' : ''}`;
}

function filesText({ files, fileCount }: LearntFrom): string {
  const names = files.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return fileCount > names.length ? `${fileCount} files (${names.join(' … ')})` : names.join(' and ');
}

function spanText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  if (hours >= 2) return `${Math.round(hours)} hours`;
  return `${Math.max(1, Math.round(ms / 60_000))} min`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
