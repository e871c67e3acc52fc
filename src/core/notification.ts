/** What is told: a notification for one receiver, with everything its mail says. Plain data, as all of types.ts. */
import type { Explanation } from './detect/attribution/explanation.ts';
import type { LossCounts } from './reading/losses.ts';
import type { Finding, Severity } from './types.ts';

/** Everything a mail says, decided at the transition; rendering it is pure and can be repeated. */
export interface MailModel {
  readonly transition: 'firing' | 'update' | 'resolved';
  readonly severity: Severity;
  readonly host: string;
  readonly faultId: string;
  /** Fixed for the life of the fault; never holds log text. */
  readonly subject: string;
  /** One sentence: what is wrong. */
  readonly title: string;
  readonly watch: string;
  /** Name of its detector: silence needs other words than a value. */
  readonly detector?: string | undefined;
  /** Its value only says that it is so. */
  readonly isState?: boolean | undefined;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly since: number;
  readonly at: number;
  /** Since when it has been well; absent in a resolved mail where it only ceased to be observed. */
  readonly resolvedAt?: number | undefined;
  readonly timezone: string;
  readonly finding: Finding;
  readonly peak: Finding;
  /** Bad observations over the whole fault, where counted. */
  readonly badTotal?: number | undefined;
  /** All of them, of which the bad ones are a share. */
  readonly allTotal?: number | undefined;
  readonly why: string;
  readonly whatToDo: string;
  readonly contributors: readonly Contributor[];
  /** Absent where nothing can be said, and in mails of an earlier version. */
  readonly explanation?: Explanation | undefined;
  /** Absent in mails of an earlier version. */
  readonly varieties?: readonly Variety[] | undefined;
  readonly evidence: readonly string[];
  /** Lines like these that are not shown. */
  readonly evidenceMore: number;
  /** Of a check; absent in mails of an earlier version. */
  readonly readings?: CheckReadings | undefined;
  /** Other faults told in this notification, one sentence each. */
  readonly together: readonly string[];
  /** What else happened on the machine around that time, oldest first; absent in mails of an earlier version. */
  readonly nearby?: readonly NearbyFact[] | undefined;
  /** Those that are not named. */
  readonly nearbyMore?: number | undefined;
  /** What probably explains it; absent where nothing does, and in mails of an earlier version. */
  readonly likelyCause?: LikelyCause | undefined;
  readonly timeline: readonly TimelinePoint[];
  /** Nothing of the source was lost since the fault began. */
  readonly complete: boolean;
  /** Absent where nothing is read, as for the machine's figures, and in mails of an earlier version. */
  readonly reading?: WindowReading | undefined;
  readonly version: string;
}

/** How many readings of a check failed: of the last ones that make a fault, or where it is over of all since it began. */
export interface CheckReadings {
  readonly failed: number;
  readonly of: number;
  /** Between the first of them and the last: in doubt a check is asked again sooner. */
  readonly withinMs?: number | undefined;
  /** Time between two of them where nothing is in doubt. */
  readonly everyMs?: number | undefined;
  /** The last one before it began, where that was well. */
  readonly lastWell?: number | undefined;
}

/** One thing that happened near a fault, on its machine. */
export interface NearbyFact {
  /** When it began or happened. */
  readonly time: number;
  /** One sentence; text of changes and events in it is harmless already. */
  readonly text: string;
  readonly kind: 'fault' | 'change' | 'event';
  /** Of a fault: it was over by the time of the mail. */
  readonly isOver?: boolean | undefined;
}

/** What a mail names first: never more than likely. */
export interface LikelyCause {
  /** One sentence with its time, for a person to judge. */
  readonly text: string;
  /** What a check said of it last; harmless already. */
  readonly seen?: string | undefined;
  /** It says the same from another side, and not why. */
  readonly isSymptom?: boolean | undefined;
  readonly whatToDo?: string | undefined;
}

/** What of a fault's time is in no window. */
export interface WindowReading {
  readonly lost: LossCounts;
  /** Of the source, when it was judged; mostly what was written since. */
  readonly unreadBytes: number;
}

/** Share of one key in the bad observations and in all of them, over the fault so far. */
export interface Contributor {
  readonly by: string;
  readonly key: string;
  readonly bad: number;
  readonly badTotal: number;
  readonly all: number;
  readonly allTotal: number;
}

/** How many different values of one field the bad observations had, over the fault so far, about. */
export interface Variety {
  readonly by: string;
  readonly different: number;
}

/** For the sparkline: value of the judged series, oldest first; value undefined where there was nothing. */
export interface TimelinePoint {
  readonly time: number;
  readonly value: number | null;
}

/** One decided telling to one receiver; stays in the outbox until it is delivered. */
export interface Notification {
  /** hash(fault, transition, receiver). */
  readonly id: string;
  /** Id of the first notification of this thread: In-Reply-To of the later ones. */
  readonly root: string;
  readonly receiver: string;
  readonly at: number;
  readonly model: MailModel;
  /** Present: this is the digest, and the model only says what stands in its headers. */
  readonly digest?: DigestModel | undefined;
}

/** Everything the regular mail says. */
export interface DigestModel {
  readonly host: string;
  readonly timezone: string;
  readonly version: string;
  /** What it tells of happened between these two. */
  readonly from: number;
  readonly at: number;
  /** Oldest first. */
  readonly noticed: readonly DigestLine[];
  readonly noticedMore: number;
  /** Told by mail meanwhile. */
  readonly mails: readonly DigestLine[];
  readonly mailsMore: number;
  readonly budget: DigestBudget;
}

export interface DigestLine {
  /** Id of the fault, of what was noticed. */
  readonly fault?: string | undefined;
  readonly watch: string;
  /** One sentence; log text in it is harmless already. */
  readonly said: string;
  readonly since: number;
  /** Absent: it goes on, or nothing is known of its end. */
  readonly endedAt?: number | undefined;
}

/** What was accepted, and what came. */
export interface DigestBudget {
  readonly falseAlarmsPerMonth: number;
  /** Over how many tests it is shared. */
  readonly tests: number;
  /** Mails of the last 30 days, of any cause. */
  readonly mails: number;
}
