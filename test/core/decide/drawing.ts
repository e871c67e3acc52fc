/** Draws what becomes of a fault: one letter a step. In: '#' bad, '!' bad and urgent, '.' well, '?' unclear, ' ' not judged; 'w' and 'c' bad by a cause that is a warning, or critical. */
import { emptyBook, type FaultBook } from '../../../src/core/decide/book.ts';
import { type Judged, stepFaults } from '../../../src/core/decide/faults.ts';
import { type Known, stepTellings, type Telling } from '../../../src/core/decide/tellings.ts';
import type { WatchSpec } from '../../../src/core/plugin.ts';
import type { Finding, Severity, Transition, Verdict } from '../../../src/core/types.ts';

export const START = 1_700_000_000_000;

export interface Lane {
  readonly drawing: string;
  readonly name?: string;
  readonly source?: string;
  readonly rank?: number;
  readonly severity?: Severity;
  readonly clearAfterMs?: number;
  readonly by?: string;
  /** It judges a grid of this step: a blank in its drawing is a step at which it rests. */
  readonly gridMs?: number;
  /** It is asked by reading, so far apart: a blank is a step without one. */
  readonly readingMs?: number;
  readonly confirm?: WatchSpec['confirm'];
  readonly parents?: WatchSpec['parents'];
  /** What its findings say is wrong. */
  readonly cause?: string;
}

export interface Played {
  readonly book: FaultBook;
  readonly transitions: readonly Transition[];
  readonly tellings: readonly Telling[];
}

export interface PlayOptions {
  readonly stepMs?: number;
  readonly opening?: boolean;
  /** Where it goes on from. */
  readonly book?: FaultBook;
  readonly from?: number;
  readonly known?: Pick<Known, 'awaitsChecks'>;
}

/** Plays lanes side by side, each one dedup key. The state passes through JSON between steps, as it does in the store. */
export function play(lanes: readonly Lane[], options: PlayOptions = {}): Played {
  const { stepMs = 10_000, opening = true, from = START, known } = options;
  const ranks = new Map(lanes.map((lane) => [laneName(lane), lane.rank ?? 0]));
  const sources = [...new Set(lanes.map(laneSource))];
  let book = options.book ?? emptyBook();
  const transitions: Transition[] = [];
  const tellings: Telling[] = [];
  const steps = Math.max(...lanes.map(({ drawing }) => drawing.length));
  for (let i = 0; i < steps; i++) {
    const now = from + i * stepMs;
    for (const source of sources) {
      const own = lanes.filter((lane) => laneSource(lane) === source);
      const judged = own.flatMap((lane) => judge(lane, i, now) ?? []);
      const rests = own.filter((lane) => (lane.gridMs ?? lane.readingMs) !== undefined && lane.drawing[i] === ' ');
      const resting = new Set(rests.map(keyOf));
      const stepped = stepFaults(book, { now, judged, resting, opening });
      const told = stepTellings(stepped.book, now, { rankOf: (watch) => ranks.get(watch) ?? 99, ...known });
      transitions.push(...stepped.transitions);
      tellings.push(...told.tellings);
      book = JSON.parse(JSON.stringify(told.book)) as FaultBook;
    }
  }
  return { book, transitions, tellings };
}

/** One letter a step: p pending, f firing, r resolved, x given up while pending. */
export function draw(drawing: string, lane: Omit<Lane, 'drawing'> = {}, options: PlayOptions = {}): string {
  const { transitions } = play([{ ...lane, drawing }], options);
  return letters(
    drawing.length,
    transitions.map((one) => ({ at: one.at, letter: letterOf(one) })),
    options,
  );
}

/** One letter a step: F told firing, U told an update, R told resolved. */
export function drawTold(lanes: readonly Lane[], options: PlayOptions = {}): string {
  const { tellings } = play(lanes, options);
  return letters(
    Math.max(...lanes.map(({ drawing }) => drawing.length)),
    tellings.map(({ at, transition }) => ({ at, letter: transition.charAt(0).toUpperCase() })),
    options,
  );
}

export function watchOf(lane: Lane): WatchSpec {
  return {
    name: laneName(lane),
    detector: 'threshold',
    options: {},
    by: lane.by,
    severity: lane.severity ?? 'warning',
    clearAfterMs: lane.clearAfterMs ?? 20_000,
    rank: lane.rank ?? 0,
    title: 'things',
    why: 'because',
    whatToDo: 'look',
    confirm: lane.confirm,
    parents: lane.parents,
  };
}

export function findingOf(lane: Lane, now: number, more: Partial<Finding> = {}): Finding {
  return {
    watch: laneName(lane),
    source: laneSource(lane),
    series: 'things',
    labels: {},
    time: now,
    since: now - 1_000,
    value: 5,
    expected: 1,
    limit: 3,
    unit: 'count',
    windowMs: 10_000,
    score: 7,
    urgent: false,
    ...more,
  };
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  ...{ '#': 'bad', '!': 'bad', '.': 'well', '?': 'unclear' },
  ...{ w: 'bad', c: 'bad' },
};
const SEVERITIES: Readonly<Record<string, Severity>> = { w: 'warning', c: 'critical' };

export function judge(lane: Lane, i: number, now: number): Judged | undefined {
  const letter = lane.drawing[i] ?? '.';
  const verdict = VERDICTS[letter];
  if (verdict === undefined) return undefined;
  const severity = SEVERITIES[letter];
  const more = { urgent: letter === '!', ...(severity && { severity }), ...(lane.cause && { cause: lane.cause }) };
  const finding = verdict === 'bad' ? { finding: findingOf(lane, now, more) } : {};
  return {
    ...{ watch: watchOf(lane), key: keyOf(lane), source: laneSource(lane), verdict, stepMs: lane.gridMs },
    ...(lane.readingMs !== undefined && { readingMs: lane.readingMs }),
    ...finding,
  };
}

export function keyOf(lane: Lane): string {
  return `${laneName(lane)} key`;
}

function laneName(lane: Lane): string {
  return lane.name ?? 'things.many';
}

function laneSource(lane: Lane): string {
  return lane.source ?? 'nginx';
}

function letterOf({ to, fault }: Transition): string {
  if (to === 'resolved' && fault.firedAt === undefined) return 'x';
  return to.charAt(0);
}

function letters(length: number, marks: readonly { at: number; letter: string }[], options: PlayOptions): string {
  const { stepMs = 10_000, from = START } = options;
  const row = Array.from({ length }, () => '.');
  for (const { at, letter } of marks) row[(at - from) / stepMs] = letter;
  return row.join('');
}
