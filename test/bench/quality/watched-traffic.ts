/** Runs shipped watches over drawn traffic and follows their faults, second by second, as the service does. */
import { emptyBook, type FaultBook } from '../../../src/core/decide/book.ts';
import { type Judged, stepFaults } from '../../../src/core/decide/faults.ts';
import type { DetectorRunner, WatchSpec, WindowView } from '../../../src/core/plugin.ts';
import { START } from './drawn-traffic.ts';
import type { TrafficView } from './traffic-view.ts';

export interface Watched {
  readonly watch: WatchSpec;
  readonly runner: DetectorRunner;
}

/** What watches have learnt, and the faults they follow. */
export interface Memory {
  readonly baselines: ReadonlyMap<string, unknown>;
  readonly book: FaultBook;
}

export interface Told {
  readonly watch: string;
  /** Seconds from START: of the first finding, and of the moment a person would be told; undefined where it never fired. */
  readonly foundAt: number;
  readonly firedAt: number | undefined;
}

export interface WatchRun {
  readonly told: readonly Told[];
  readonly memory: Memory;
}

export interface Range {
  /** Seconds from START. */
  readonly from: number;
  readonly to: number;
  readonly budgetOf: (watch: WatchSpec) => number;
}

export function blankMemory(): Memory {
  return { baselines: new Map(), book: emptyBook() };
}

/** The same watches go on where `memory` ends; it stays as it is. */
export function runWatches(
  watched: readonly Watched[],
  traffic: TrafficView,
  memory: Memory,
  { from, to, budgetOf }: Range,
): WatchRun {
  const baselines = new Map(memory.baselines);
  const told = new Map<string, Told>();
  let { book } = memory;
  for (let second = from + 1; second <= to; second += 1) {
    const now = START + second * 1_000;
    const view = traffic.at(now);
    const judged: Judged[] = [];
    for (const one of watched) {
      if (!isDue(one, now, view, book)) continue;
      judged.push(judgeOne(one, { now, view, book, baselines, budget: budgetOf(one.watch) }));
    }
    if (judged.length === 0 && book.faults.length === 0) continue;
    const stepped = stepFaults(book, { now, judged, resting: restingKeys(watched, book, now), opening: true });
    for (const { fault, to: state } of stepped.transitions) {
      const { foundAt } = told.get(fault.id) ?? { foundAt: second };
      if (state === 'pending') told.set(fault.id, { watch: fault.watch, foundAt, firedAt: undefined });
      if (state === 'firing') told.set(fault.id, { watch: fault.watch, foundAt, firedAt: second });
    }
    book = stepped.book;
  }
  return { told: [...told.values()], memory: { baselines, book } };
}

const NOBODY: ReadonlySet<string> = new Set();

function restingKeys(watched: readonly Watched[], book: FaultBook, now: number): ReadonlySet<string> {
  if (book.faults.length === 0) return NOBODY;
  const resting = watched.filter(({ runner }) => runner.onGrid && now % runner.everyMs !== 0);
  return new Set(resting.map(({ watch }) => watch.name));
}

/** As the engine asks: on its grid; else also when its first input was observed, or while a fault of it is open. */
function isDue({ watch, runner }: Watched, now: number, view: WindowView, book: FaultBook): boolean {
  if (now % runner.everyMs === 0) return true;
  if (runner.onGrid) return false;
  if (book.faults.some((fault) => fault.watch === watch.name)) return true;
  return view.count(runner.inputs[0] ?? '', now - 1_000, now) > 0;
}

interface Step {
  readonly now: number;
  readonly view: WindowView;
  readonly book: FaultBook;
  readonly baselines: Map<string, unknown>;
  readonly budget: number;
}

function judgeOne({ watch, runner }: Watched, { now, view, book, baselines, budget }: Step): Judged {
  const key = watch.name;
  const judgement = runner.judge({
    ...{ now, source: 'site', view, budget, offsetMs: 0 },
    baseline: baselines.get(key),
    open: book.faults.some((fault) => fault.key === key),
  });
  baselines.set(key, judgement.baseline);
  const finding = judgement.finding && { ...judgement.finding, watch: watch.name };
  const stepMs = runner.onGrid ? runner.everyMs : undefined;
  return { watch, key, source: 'site', verdict: judgement.verdict, finding, stepMs };
}
