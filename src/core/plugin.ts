/** What a plug-in exports, one file a plug-in. Options are described as data, so that core stays free of a schema library. */
import type { Causes, Confirm } from './check.ts';
import type { Finding, Severity, Unit, Verdict } from './types.ts';

export type OptionValue = string | number | boolean;

/** One option: a decision an operator makes. Durations are written '90s', '5m', '2h' and arrive in ms. */
export interface OptionSpec {
  readonly type: 'duration' | 'number' | 'integer' | 'text' | 'boolean' | 'series' | 'choice';
  readonly describe: string;
  readonly example: OptionValue;
  /** Absent: the option must be given, unless optional. */
  readonly default?: OptionValue;
  readonly optional?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Sums over closed steps of one source; from inclusive, to exclusive, whole seconds. */
export interface WindowView {
  /** Observations, at once however long the range is. */
  count(series: string, from: number, to: number): number;
  /** With the sum of their values, which takes a walk over the range. */
  sum(series: string, from: number, to: number): { readonly count: number; readonly sum: number };
  /** Keys of the series with this name that carry exactly this label, seen in the last 30 minutes before `to`, most counts first, at most `limit`. */
  keys(name: string, label: string, to: number, limit: number): readonly string[];
  /** Start of the first / last second in [from, to) in which the series was observed. */
  firstSeen(series: string, from: number, to: number): number | undefined;
  lastSeen(series: string, from: number, to: number): number | undefined;
  /**
   * The value of a series with a histogram that this share of its observations does not exceed (0.95: all but 5%), off
   * by RELATIVE_ERROR (1/32) of it at most; undefined where there is none. Of whole ten seconds: those that were over
   * by `to`, back to those of `from`.
   */
  quantile(series: string, from: number, to: number, share: number): number | undefined;
  /** About how many different values a field of the series had, in the same ten seconds; the standard error is 3.3%. */
  distinct(series: string, by: string, from: number, to: number): number | undefined;
  /** Heavy hitters of a field of a series in the same ten seconds, most counts first; empty where none are kept. */
  top(series: string, by: string, from: number, to: number): readonly (readonly [key: string, count: number])[];
  /** Oldest time for which sums are complete in one-second steps. */
  readonly from: number;
}

export interface JudgeInput {
  /** End of the step; everything before is closed. A whole second. */
  readonly now: number;
  readonly source: string;
  /** Label value the watch is judged for, by its `by` option; undefined for the total. */
  readonly label?: { readonly name: string; readonly value: string } | undefined;
  readonly view: WindowView;
  /** What judge returned as baseline at an earlier step, after JSON. */
  readonly baseline: unknown;
  /** A baseline of this watch that nobody will look at any more: its arrays may be written over, which saves making new ones. */
  readonly spare?: unknown;
  /** A fault of this key is pending or firing. */
  readonly open: boolean;
  /** False alarms in 30 days that this test may give: its share of falseAlarmsPerMonth. */
  readonly budget: number;
  /** Local time minus UTC at `now`, for what goes by the clock on the wall. */
  readonly offsetMs: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Present when bad. watch is filled in by the caller. */
  readonly finding?: Omit<Finding, 'watch'> | undefined;
  /** How odd it is, of the window that says most, bad or not: -log10 of a chance, 0 where there is nothing to say. */
  readonly score?: number | undefined;
  /** The new baseline, small: JSON, and Float32Arrays in it. The same object when nothing was learnt; the given one stays as it is. */
  readonly baseline: unknown;
  /** Why it is unclear: 'needs 12 more requests to judge', 'warm-up'. */
  readonly note?: string | undefined;
}

export interface DetectorRunner {
  /** Names of the series it reads. */
  readonly inputs: readonly string[];
  /** Steps at which it wants to be called besides those on which its inputs changed or a fault is open, ms. */
  readonly everyMs: number;
  /** True: it judges steps of everyMs and is called at their ends only, whatever happens in between. */
  readonly onGrid?: boolean | undefined;
  /** True: it is called at steps in which its first input was observed and at no other; between them its faults rest. */
  readonly byReading?: boolean | undefined;
  /** True: its verdicts are tests of chance, which share falseAlarmsPerMonth. */
  readonly spends?: boolean | undefined;
  /** The score from which it speaks at this budget, for people who ask. */
  limitAt?(budget: number): number;
  judge(input: JudgeInput): Judgement;
}

export type Options = Readonly<Record<string, OptionValue | undefined>>;

export interface DetectorPlugin {
  readonly name: string;
  readonly describe: string;
  readonly options: OptionSpecs;
  /** Options complete with defaults, checked against the specs; throws UserError when they do not go together. */
  compile(options: Options): DetectorRunner;
}

/** At once, or with the regular mail about what was not worth one by itself. */
export type Delivery = 'mail' | 'digest';

/** A configured detector on some series: data from a pattern file, a collector or linesman.yaml. */
export interface WatchSpec {
  /** Dotted, as http.5xx.burst. */
  readonly name: string;
  readonly detector: string;
  readonly options: Options;
  /** Label by which it is judged apart, instead of the total. */
  readonly by?: string | undefined;
  readonly severity: Severity;
  readonly clearAfterMs: number;
  /** 'digest': not worth a mail by itself. Absent: 'mail'. */
  readonly delivery?: Delivery | undefined;
  /** It happened and does not last: told once, nobody is told that it is over. */
  readonly isEvent?: boolean | undefined;
  /** Its value only says that it is so: its title is a clause, 'File system is read-only', told without a number. */
  readonly isState?: boolean | undefined;
  /** Rank in a notification: the lowest number gives it its subject. total 0, upstream and vhost 1, error log 2, machine 3. */
  readonly rank: number;
  /** Noun phrase for subject and title: 'HTTP 5xx responses'. */
  readonly title: string;
  readonly why: string;
  readonly whatToDo: string;
  /** What its findings' causes say instead of title, why and whatToDo, and how severe each is. */
  readonly causes?: Causes | undefined;
  /** So many of its readings make a fault; absent: 2 of 3 steps ten seconds apart. */
  readonly confirm?: Confirm | undefined;
  /** A fault of one of these watches explains one of this; this one is not told before they had time to be found. */
  readonly parents?: { readonly watches: readonly string[]; readonly waitMs: number } | undefined;
}

/** Where this machine's figures are read: of the host, where its folders are mounted into our container. */
export interface MachinePlaces {
  /** '/proc', or where the host's is. */
  readonly proc: string;
  /** '/sys', or where the host's is. */
  readonly sys: string;
  /** Stands before a path of the host: '' where there is nothing between, '/host/root' where its / is mounted there. */
  readonly root: string;
  /** These are not of the host but of the container linesman runs in, and a mount is missing. */
  readonly isContainerOnly: boolean;
}

/** One series that a collector measures, for tables and pages. */
export interface SeriesSpec {
  readonly name: string;
  readonly unit: Unit;
  /** A phrase: 'share of time in which the processors were busy'. */
  readonly describe: string;
  /** Its label, where it has one. */
  readonly by?: string | undefined;
}

/** One number of this machine. */
export interface Measurement {
  readonly series: string;
  readonly value: number;
  /** Sentences that a mail about this series shows as its evidence. */
  readonly lines?: readonly string[] | undefined;
}

export interface CollectorPlugin {
  readonly name: string;
  readonly describe: string;
  readonly options: OptionSpecs;
  /** Time between two readings, ms; the windows of its watches hold several. */
  readonly everyMs: number;
  readonly watches: readonly WatchSpec[];
  /** Every series that it may measure. */
  readonly series: readonly SeriesSpec[];
  /** What the machine does not have is left out of what it measures, without an error. */
  compile(options: Options, places: MachinePlaces): { collect(): Promise<readonly Measurement[]> };
}

/** What a mail is made of, besides the numbers. */
export interface EvidenceView extends WindowView {
  /** Lines kept for this series in [from, to), oldest first, spread over the range, at most `limit`. */
  exemplars(series: string, from: number, to: number, limit: number): readonly string[];
  /** Heavy hitters of this series in [from, to), one entry a field, most counts first. */
  tops(
    series: string,
    from: number,
    to: number,
  ): readonly { readonly by: string; readonly entries: readonly (readonly [key: string, count: number])[] }[];
}
