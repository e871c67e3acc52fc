/** What came of a kill loop: is every line counted once, and every transition told under one Message-ID? */
import type { SinkMail } from '../support/smtp-sink.ts';

export interface KillLoopResult {
  /** Lines by status. */
  readonly written: Readonly<Record<string, number>>;
  readonly counted: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
  readonly rotations: Readonly<Record<string, number>>;
  readonly kills: { readonly linesman: number; readonly redis: number; readonly freezes: number };
  readonly lost: { readonly replies: number; readonly requests: number };
  /** Ends of linesman that nobody asked for. */
  readonly ownEnds: readonly string[];
  readonly bursts: number;
  readonly mails: readonly ToldMail[];
}

/** One Message-ID, and how often it came. */
export interface ToldMail {
  readonly id: string;
  readonly fault: string;
  readonly state: string;
  readonly copies: number;
}

export function toldMails(mails: readonly SinkMail[]): readonly ToldMail[] {
  const byId = Map.groupBy(mails, ({ parsed }) => parsed.messageId ?? '');
  return [...byId].map(([id, copies]) => ({
    id,
    fault: String(copies[0]?.parsed.headers.get('x-linesman-fault')),
    state: String(copies[0]?.parsed.headers.get('x-linesman-state')),
    copies: copies.length,
  }));
}

/** Everything that is wrong, in words; empty when all is as it must be. */
export function mistakes(result: KillLoopResult): readonly string[] {
  const skipped = Object.entries(result.skipped).map(([reason, count]) => `skipped ${count}: ${reason}`);
  return [...differences(result), ...skipped, ...wronglyTold(result), ...result.ownEnds];
}

/** Differences between what was written and what was counted; empty when exact. */
function differences({ written, counted }: KillLoopResult): readonly string[] {
  const statuses = [...new Set([...Object.keys(written), ...Object.keys(counted)])].sort();
  return statuses
    .filter((status) => written[status] !== counted[status])
    .map((status) => `${status}: ${written[status] ?? 0} written, ${counted[status] ?? 0} counted`);
}

/** Transitions told under more than one Message-ID, and firing faults whose end was not told. */
function wronglyTold({ mails }: KillLoopResult): readonly string[] {
  const once = Map.groupBy(
    mails.filter(({ state }) => state !== 'update'),
    ({ fault, state }) => `${fault} ${state}`,
  );
  const twice = [...once].filter(([, ids]) => ids.length > 1).map(([what, ids]) => `${what}: ${ids.length} mails`);
  const open = mails.filter(({ fault, state }) => state === 'firing' && !once.has(`${fault} resolved`));
  return [...twice, ...open.map(({ fault }) => `${fault}: its end was not told`)];
}

export function summary(result: KillLoopResult): string {
  const { kills, mails, lost } = result;
  const copies = mails.reduce((all, one) => all + one.copies, 0);
  return [
    `${sum(result.written)} lines written, ${sum(result.counted)} counted (${differences(result).join('; ') || 'exact for each status'})`,
    `${kills.linesman} kills and ${kills.freezes} freezes of linesman, ${kills.redis} kills of Redis`,
    `rotations ${JSON.stringify(result.rotations)}`,
    `${lost.replies} replies and ${lost.requests} requests lost`,
    `${mails.length} Message-IDs in ${copies} mails for ${result.bursts} bursts (${wronglyTold(result).join('; ') || 'each transition told once'})`,
    `skipped ${JSON.stringify(result.skipped)}`,
    `unasked ends: ${result.ownEnds.length === 0 ? 'none' : result.ownEnds.join(' | ')}`,
  ].join('; ');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
