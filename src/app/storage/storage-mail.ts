/** What is told of a store that cannot be used: it is made without the store, where all other tellings come from. */
import { stableId } from '../../core/hash.ts';
import type { HostFacts } from '../../core/ports.ts';
import { subjectOf } from '../../core/render/subject.ts';
import { SILENCE_DETECTOR } from '../../core/render/wording.ts';
import type { Finding, MailModel, Notification } from '../../core/types.ts';

export const STORAGE_DOWN = 'linesman.storage.down';

const NOUN = 'No usable Redis';
/** There is no p-value: a fixed limit was passed. */
const CERTAIN_SCORE = 999;

export interface StorageTelling {
  readonly transition: 'firing' | 'resolved';
  readonly facts: HostFacts;
  readonly receiver: string;
  /** Start of the outage; with the host it is the outage's identity. */
  readonly since: number;
  readonly at: number;
  /** Since when it can be used again. */
  readonly overAt?: number | undefined;
  /** From how long on it is told. */
  readonly limitMs: number;
  /** One sentence: what is wrong with it, as /healthz says it. */
  readonly reason: string;
}

/** The same id, thread and subject whenever it is made. */
export function storageNotification(telling: StorageTelling): Notification {
  const { transition, receiver, at } = telling;
  const root = storageTellingId('firing', telling);
  return { id: storageTellingId(transition, telling), root, receiver, at, model: modelOf(telling) };
}

export function storageTellingId(
  transition: StorageTelling['transition'],
  { facts, since, receiver }: Pick<StorageTelling, 'facts' | 'since' | 'receiver'>,
): string {
  return stableId(faultIdOf(facts.host, since), transition, receiver);
}

function faultIdOf(host: string, since: number): string {
  return stableId(host, 'storage', since);
}

function modelOf({ transition, facts, since, at, overAt, limitMs, reason }: StorageTelling): MailModel {
  const faultId = faultIdOf(facts.host, since);
  const severity = 'critical';
  const detector = SILENCE_DETECTOR;
  const finding = findingOf(since, overAt ?? at, limitMs);
  // The subject of a thread is that of its first mail.
  const first = findingOf(since, since + limitMs, limitMs);
  return {
    ...{ transition, severity, faultId, detector, since, at, finding, peak: finding },
    ...{ host: facts.host, timezone: facts.timezone, version: facts.version },
    subject: subjectOf({ severity, host: facts.host, faultId, noun: NOUN, finding: first, detector }),
    watch: STORAGE_DOWN,
    source: 'linesman',
    labels: {},
    ...(overAt !== undefined && { resolvedAt: overAt }),
    ...PROSE[transition],
    contributors: [],
    evidence: transition === 'firing' && reason !== '' ? [reason] : [],
    evidenceMore: 0,
    together: [],
    timeline: [],
    // Nothing was counted for it: without `reading` the mail says nothing of lines.
    complete: true,
    version: facts.version,
  };
}

const PROSE: Readonly<Record<StorageTelling['transition'], Pick<MailModel, 'title' | 'why' | 'whatToDo'>>> = {
  firing: {
    title: 'Redis cannot be used: until it can, linesman counts nothing, judges nothing and tells of nothing else.',
    why: 'Faults of this host are not noticed while it lasts. No line is lost: the log files are read on from where they stood, as long as rotation does not delete them first.',
    whatToDo: [
      'Look at Redis: does it run, is there room on its disk and below `maxmemory`, is it a replica that takes no writes?',
      'For the embedded Redis look into the log of linesman. A damaged append-only file is mended with `redis-check-aof --fix`.',
      'linesman itself needs no hand: it goes on as soon as Redis takes writes, and `/healthz` says what keeps it.',
    ].join('\n'),
  },
  resolved: {
    title: 'Redis can be used again: what was written to the logs meanwhile is read now, and what it shows is told.',
    why: 'While it lasted no fault of this host was noticed. Mails about that time come late, and say so.',
    whatToDo: 'Nothing, unless it happens again: then find out why Redis was away.',
  },
};

function findingOf(since: number, until: number, limitMs: number): Finding {
  return {
    ...{ watch: STORAGE_DOWN, source: 'linesman', series: STORAGE_DOWN, labels: {} },
    ...{ time: until, since, value: (until - since) / 1_000, expected: 0, limit: limitMs / 1_000 },
    ...{ unit: 'seconds', windowMs: 0, score: CERTAIN_SCORE, urgent: true },
  };
}
