/** Asks Nginx how many requests it took, again and again, and holds them against the lines that were counted. */
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import {
  type Audit,
  auditedLines,
  auditedRequests,
  parseStubStatus,
  type StubStatus,
  stepAudit,
  underWay,
} from '../../core/reading/audit.ts';
import type { AuditReport } from '../../core/reading/report.ts';
import { countText } from '../../core/render/units.ts';

/** What was written by the answer has been read so much later: reading looks every second, and `flush=5s` is common. */
const SETTLE_MS = 7_000;
const LOOK_AGAIN_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
/** A stub_status has about 120 bytes. */
const ANSWER_BYTES_MAX = 4_096;

export interface Auditor {
  report(): AuditReport;
  /** Missing lines that were not told before, with the sentence that tells them. */
  takeNews(): { readonly lines: number; readonly sentence: string } | undefined;
  stop(): Promise<void>;
}

export interface AuditorParts {
  readonly url: string;
  readonly everyMs: number;
  readonly now: () => number;
  /** Lines of access logs counted so far. */
  readonly lines: () => number;
  /** All that was written before this time has been taken; undefined: nobody knows yet. */
  readonly caughtUpAt: () => number | undefined;
  /** A state that is new, in a word and a sentence. */
  readonly onChange: (verdict: AuditReport['verdict'], sentence: string) => void;
  /** Time from an answer to the lines it is held against. */
  readonly settleMs?: number;
}

/** Begins at once; one question at a time. */
export function startAuditor(parts: AuditorParts): Auditor {
  const { now, everyMs } = parts;
  const settleMs = parts.settleMs ?? SETTLE_MS;
  const stopping = new AbortController();
  const beganAt = now();
  let audit: Audit | undefined;
  let problem: string | undefined;
  let polls = 0;
  let news = 0;
  let shown: AuditReport['verdict'] = 'beginning';

  async function poll(): Promise<void> {
    // What was written before the start and counted later would be lines without requests, and hide a gap of their size.
    const canBegin = audit !== undefined || (await isReadSince(beganAt + 1));
    const linesBefore = parts.lines();
    polls += 1;
    const status = await ask(parts.url, stopping.signal);
    const at = now();
    if (!(await isReadSince(at + settleMs))) return;
    problem = undefined;
    if (!canBegin) return;
    audit = stepAudit(audit, { at, status, polls, linesBefore, linesAfter: parts.lines() });
    news += audit.news;
  }

  /** Where reading is behind, nothing can be said, and this question is dropped. */
  async function isReadSince(time: number): Promise<boolean> {
    const giveUpAt = time + everyMs;
    while ((parts.caughtUpAt() ?? 0) < time) {
      if (now() > giveUpAt) return false;
      await pause(Math.min(LOOK_AGAIN_MS, settleMs), undefined, { signal: stopping.signal });
    }
    return true;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = now();
      try {
        await poll();
      } catch (error) {
        if (stopping.signal.aborted) return;
        problem = messageOf(error);
      }
      say();
      await pause(Math.max(0, everyMs - (now() - startedAt)), undefined, { signal: stopping.signal });
    }
  }

  function say(): void {
    const { verdict } = report();
    if (verdict === shown) return;
    shown = verdict;
    parts.onChange(verdict, problem ?? sentenceOf(audit));
  }

  function report(): AuditReport {
    const verdict = problem === undefined ? (audit?.verdict ?? 'beginning') : 'unanswered';
    const counted = audit
      ? { since: audit.base.at, requests: auditedRequests(audit), lines: auditedLines(audit), gap: audit.gap }
      : { requests: 0, lines: 0, gap: 0 };
    return { verdict, ...counted, problem: problem ?? (verdict === 'other_logs' ? sentenceOf(audit) : undefined) };
  }

  const running = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    report,
    takeNews() {
      if (news === 0) return undefined;
      const told = { lines: news, sentence: sentenceOf(audit) };
      news = 0;
      return told;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function sentenceOf(audit: Audit | undefined): string {
  if (!audit) return 'The audit begins.';
  const { requests, lines } = { requests: auditedRequests(audit), lines: auditedLines(audit) };
  const since = new Date(audit.base.at).toISOString().replace(/\.\d+Z$/, 'Z');
  const counted = `Nginx counted ${countText(requests)} requests since ${since}, linesman ${countText(lines)} lines`;
  if (audit.verdict === 'other_logs')
    return `${counted}: more lines than requests, so other logs are in this source and it cannot be audited; make a source of each Nginx.`;
  if (audit.verdict === 'unclear') return `${counted}: so many more that it cannot say whether any is missing.`;
  if (audit.gap === 0) return `${counted}: none is missing.`;
  const others = underWay(audit.last.status);
  return `${counted}; ${countText(others)} are under way, so at least ${countText(audit.gap)} lines are missing.`;
}

/** Throws, saying what is wrong and what to do. */
async function ask(url: string, signal: AbortSignal): Promise<StubStatus> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const shown = `The stub_status at ${url}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { redirect: 'manual', signal: limit, headers: { 'user-agent': 'linesman-audit' } });
    text = await firstBytes(response);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${shown} does not answer (${messageOf(cause)}): check that Nginx runs and has that location.`);
  }
  const status = response.status === 200 ? parseStubStatus(text) : undefined;
  if (status) return status;
  throw new Error(
    `${shown} answers with status ${response.status} and is no stub_status: give that location \`stub_status;\` and \`allow 127.0.0.1;\`.`,
  );
}

async function firstBytes(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece as Uint8Array);
    bytes += (piece as Uint8Array).length;
    // Leaving the loop ends the connection.
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(pieces).toString('latin1').slice(0, ANSWER_BYTES_MAX);
}
