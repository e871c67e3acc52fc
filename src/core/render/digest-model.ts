/** The regular mail with what was not worth one by itself: what it says, decided when its hour has come. */
import type { DigestState, Noticed } from '../decide/digest.ts';
import { type FiredRow, firedByWatch } from '../decide/fired.ts';
import { stableId } from '../hash.ts';
import type { HostFacts } from '../ports.ts';
import type { DigestModel, MailModel } from '../types.ts';
import { headerText } from './sanitise.ts';
import { SUBJECT_CHARS } from './subject.ts';
import { timestamp } from './when.ts';

/** Where a watch stands in other mails. */
const DIGEST = 'linesman.digest';
const HOST_CHARS = 30;

export function buildDigest(parts: {
  readonly due: DigestState;
  readonly facts: HostFacts;
  readonly now: number;
  readonly fired: readonly FiredRow[];
  /** That share what is accepted by mail. */
  readonly tests: number;
  readonly falseAlarmsPerMonth: number;
}): DigestModel {
  const { due, facts, now, tests, falseAlarmsPerMonth } = parts;
  const fired = [...firedByWatch(parts.fired, now).values()];
  return {
    ...{ host: facts.host, timezone: facts.timezone, version: facts.version },
    ...{ from: due.since ?? now, at: now },
    noticed: due.noticed.map(lineOf),
    noticedMore: due.noticedDropped,
    mails: due.mails.map(({ at, watch, said }) => ({ watch, said, since: at })),
    mailsMore: due.mailsDropped,
    budget: {
      falseAlarmsPerMonth,
      tests,
      mails: fired.reduce((sum, { mails }) => sum + mails, 0),
    },
  };
}

function lineOf({ fault, watch, said, since, endedAt }: Noticed): DigestModel['noticed'][number] {
  return { fault, watch, said, since, ...(endedAt !== undefined && { endedAt }) };
}

/** What its headers say, in the form of every other mail. */
export function digestMail(digest: DigestModel): MailModel {
  const { host, timezone, version, from, at } = digest;
  const count = digest.noticed.length + digest.noticedMore;
  const things = count === 1 ? '1 thing' : `${count} things`;
  const day = timestamp(at, timezone).slice(0, 16);
  const finding: MailModel['finding'] = {
    ...{ watch: DIGEST, source: 'linesman', series: DIGEST, labels: {}, time: at, since: from },
    ...{ value: count, expected: 0, limit: 1, unit: 'count', windowMs: at - from, score: 0, urgent: false },
  };
  return {
    ...{ transition: 'update', severity: 'info', host, timezone, version, since: from, at, finding, peak: finding },
    faultId: stableId(DIGEST, host, at),
    subject: headerText(`[linesman digest] ${host.slice(0, HOST_CHARS)} ${things} noticed until ${day}`, SUBJECT_CHARS),
    title: `${things} noticed`,
    ...{ watch: DIGEST, source: 'linesman', labels: {}, why: '', whatToDo: '' },
    ...{ contributors: [], evidence: [], evidenceMore: 0, together: [], timeline: [], complete: true },
  };
}
