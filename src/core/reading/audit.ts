/**
 * Requests that Nginx counted against lines that were counted of its log: an account of the log by somebody else.
 *
 * What is called missing is missing for certain. Lines are counted some seconds after Nginx was asked, so those of later
 * requests are among them: they can hide a gap for a while, and never make one. A request that is still being answered
 * has no line yet, and one of linesman's own questions may have none at all: both are taken off.
 */
import type { LineTotal } from '../types.ts';

/** A gap is believed when it grew in this many intervals in a row. */
const GROWTHS = 2;
/** More lines than requests, by so many and by this share: others are counted too. */
const EXCESS_LINES = 100;
const EXCESS_SHARE = 0.05;

/** What stub_status says. */
export interface StubStatus {
  readonly accepts: number;
  readonly handled: number;
  readonly requests: number;
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
}

export interface AuditSample {
  readonly at: number;
  readonly status: StubStatus;
  /** Questions asked so far, this one among them. */
  readonly polls: number;
  /** Lines counted before Nginx was asked, and when all that it had written by its answer was surely read. */
  readonly linesBefore: number;
  readonly linesAfter: number;
}

/** unclear: there are so many more lines than requests that a gap could hide behind them. */
export type AuditVerdict = 'beginning' | 'agrees' | 'unclear' | 'missing' | 'growing' | 'other_logs';

export interface Audit {
  readonly verdict: AuditVerdict;
  readonly base: AuditSample;
  readonly last: AuditSample;
  /** Lines that are missing for certain since `base`, as of the last question; lines of later requests may hide some. */
  readonly gap: number;
  /** The largest gap so far: only beyond it something new is missing. */
  readonly largest: number;
  /** Intervals in a row in which the gap grew, and by how much in all. */
  readonly growths: number;
  readonly grown: number;
  /** Intervals in a row with more lines than requests. */
  readonly excesses: number;
  /** Lines of the gap that are to be told now, and were not before. */
  readonly news: number;
}

/** Takes the answer to one question. Begins anew where Nginx was restarted, or the lines were counted anew. */
export function stepAudit(audit: Audit | undefined, sample: AuditSample): Audit {
  if (!audit || isRestarted(audit.last.status, sample.status) || sample.linesAfter < audit.last.linesAfter) {
    return {
      verdict: 'beginning',
      base: sample,
      last: sample,
      gap: 0,
      largest: 0,
      growths: 0,
      grown: 0,
      excesses: 0,
      news: 0,
    };
  }
  const gap = missing(audit.base, sample);
  const growth = Math.max(0, gap - audit.largest);
  const largest = audit.largest + growth;
  const growths = growth > 0 ? audit.growths + 1 : 0;
  const grown = growth > 0 ? audit.grown + growth : 0;
  const excesses = isExcess(audit.base, sample, audit.base.linesAfter) ? audit.excesses + 1 : 0;
  const isUnclear = isExcess(audit.base, sample, audit.base.linesBefore);
  const verdict = verdictOf({ gap, growths, excesses, isUnclear, was: audit.verdict });
  const news = verdict !== 'growing' ? 0 : audit.verdict === 'growing' ? growth : grown;
  return { verdict, base: audit.base, last: sample, gap, largest, growths, grown, excesses, news };
}

/** Requests that Nginx took since the audit began, linesman's own questions left out. */
export function auditedRequests({ base, last }: Audit): number {
  return Math.max(0, last.status.requests - base.status.requests - (last.polls - base.polls));
}

export function auditedLines({ base, last }: Audit): number {
  return last.linesAfter - base.linesBefore;
}

/** Lines that stand in an access log: those with an HTTP status, and those that nobody understood. */
export function accessLines(totals: readonly LineTotal[]): number {
  return totals.reduce((sum, { pattern, status, count }) => {
    return status !== '' || pattern === 'unmatched' ? sum + count : sum;
  }, 0);
}

const STATUS =
  /^Active connections: \d+\s+server accepts handled requests(?: request_time)?\s+(\d+) (\d+) (\d+)(?: \d+)?\s+Reading: (\d+) Writing: (\d+) Waiting: (\d+)\s*$/;

/** Undefined for a text that is no stub_status. */
export function parseStubStatus(text: string): StubStatus | undefined {
  const [accepts, handled, requests, reading, writing, waiting] = (STATUS.exec(text)?.slice(1) ?? []).map(Number);
  if (accepts === undefined || handled === undefined || requests === undefined) return undefined;
  if (reading === undefined || writing === undefined || waiting === undefined) return undefined;
  return { accepts, handled, requests, reading, writing, waiting };
}

function isRestarted(before: StubStatus, now: StubStatus): boolean {
  return now.requests < before.requests || now.accepts < before.accepts || now.handled < before.handled;
}

function missing(base: AuditSample, { status, polls, linesAfter }: AuditSample): number {
  const requests = status.requests - base.status.requests - (polls - base.polls);
  return Math.max(0, requests - underWay(status) - (linesAfter - base.linesBefore));
}

/** Lines counted `from` so many to the time of the question, against all requests that can have made them. */
function isExcess(base: AuditSample, { status, linesBefore }: AuditSample, from: number): boolean {
  const requests = status.requests - base.status.requests + underWay(base.status);
  const excess = linesBefore - from - requests;
  return excess > Math.max(EXCESS_LINES, requests * EXCESS_SHARE);
}

/** Taken, and without a line yet; the question itself, which is being answered, is taken off with the other questions. */
export function underWay({ reading, writing }: StubStatus): number {
  return Math.max(0, reading + writing - 1);
}

function verdictOf(at: {
  readonly gap: number;
  readonly growths: number;
  readonly excesses: number;
  readonly isUnclear: boolean;
  readonly was: AuditVerdict;
}): AuditVerdict {
  if (at.was === 'other_logs' || at.excesses >= GROWTHS) return 'other_logs';
  if (at.growths >= GROWTHS) return 'growing';
  if (at.gap > 0) return 'missing';
  return at.isUnclear ? 'unclear' : 'agrees';
}
