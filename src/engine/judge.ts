/** Runs the watches of a source over one closed step, with what each has learnt. */
import type { Judged } from '../core/decide/faults.ts';
import { parseSeriesKey, seriesKey } from '../core/observe/series.ts';
import type { DetectorRunner, EvidenceView, WatchSpec } from '../core/plugin.ts';
import type { Store } from '../core/ports.ts';
import type { Fault } from '../core/types.ts';
import { type Baselines, baselineName, decodeBaselines } from './host-state.ts';

/** Label values one watch judges at a step, those with the most observations. */
export const MAX_JUDGED_LABELS = 50;
/** Label values one watch remembers. */
export const MAX_BASELINES = 200;

/** A watch with its detector compiled. */
export interface ArmedWatch {
  readonly watch: WatchSpec;
  readonly runner: DetectorRunner;
}

export interface Learnt {
  readonly name: string;
  readonly baselines: Baselines;
}

export interface Judge {
  /** Loads what the watches of this source have learnt. */
  prepare(source: string): Promise<void>;
  /** Undefined where no watch had reason to look at this step. */
  step(step: {
    source: string;
    now: number;
    view: EvidenceView;
    faults: readonly Fault[];
  }): readonly Judged[] | undefined;
  /** What was learnt and is not stored yet; stored() says that it is. */
  changed(): readonly Learnt[];
  all(): readonly Learnt[];
  stored(learnt: readonly Learnt[]): void;
  /** Drops what was learnt since it was stored. */
  forget(): void;
  watchOf(name: string): WatchSpec;
  rankOf(name: string): number;
}

export function createJudge(parts: {
  readonly store: Store;
  readonly host: string;
  readonly watches: Readonly<Record<string, readonly ArmedWatch[]>>;
}): Judge {
  const byName = new Map(
    Object.values(parts.watches).flatMap((list) => list.map(({ watch }) => [watch.name, watch] as const)),
  );
  const learnt = new Map<string, Map<string, unknown>>();
  const changed = new Set<string>();

  function watchOf(name: string): WatchSpec {
    return byName.get(name) ?? retiredWatch(name);
  }

  /** Keys: '' for the total, else the label value. Open faults are judged even when their label went silent. */
  function labelsOf(
    armed: ArmedWatch,
    step: { source: string; now: number; view: EvidenceView; faults: readonly Fault[] },
  ): string[] {
    const { by } = armed.watch;
    const input = armed.runner.inputs[0] ?? '';
    if (by === undefined) return [''];
    const seen = step.view
      .keys(input, by, step.now, MAX_JUDGED_LABELS)
      .map((key) => parseSeriesKey(key).labels[by] ?? '');
    const open = step.faults
      .filter((fault) => fault.watch === armed.watch.name && fault.source === step.source)
      .map((fault) => fault.first.labels[by] ?? '');
    return [...new Set([...seen, ...open])];
  }

  function judgeOne(
    armed: ArmedWatch,
    label: string,
    step: { source: string; now: number; view: EvidenceView; faults: readonly Fault[] },
  ): Judged {
    const { watch, runner } = armed;
    const key = faultKey(watch, step.source, label);
    const name = baselineName(step.source, watch.name);
    const baselines = learnt.get(name) ?? new Map<string, unknown>();
    const judgement = runner.judge({
      now: step.now,
      source: step.source,
      label: watch.by === undefined ? undefined : { name: watch.by, value: label },
      view: step.view,
      baseline: baselines.get(label),
      open: step.faults.some((fault) => fault.key === key),
    });
    if (judgement.baseline !== baselines.get(label)) remember(name, baselines, label, judgement.baseline);
    const finding = judgement.finding && { ...judgement.finding, watch: watch.name };
    return { watch, key, source: step.source, verdict: judgement.verdict, finding };
  }

  function remember(name: string, baselines: Map<string, unknown>, label: string, baseline: unknown): void {
    baselines.delete(label);
    baselines.set(label, baseline);
    while (baselines.size > MAX_BASELINES) baselines.delete(baselines.keys().next().value ?? '');
    learnt.set(name, baselines);
    changed.add(name);
  }

  return {
    async prepare(source) {
      const names = (parts.watches[source] ?? [])
        .map(({ watch }) => baselineName(source, watch.name))
        .filter((name) => !learnt.has(name));
      if (names.length === 0) return;
      const blobs = await parts.store.read(parts.host, names);
      names.forEach((name, i) => {
        learnt.set(name, decodeBaselines(blobs[i]));
      });
    },
    step(step) {
      const due = (parts.watches[step.source] ?? []).filter((armed) => isDue(armed, step));
      if (due.length === 0) return undefined;
      return due.flatMap((armed) => labelsOf(armed, step).map((label) => judgeOne(armed, label, step)));
    },
    changed: () => [...changed].map((name) => ({ name, baselines: learnt.get(name) ?? new Map() })),
    all: () => [...learnt].map(([name, baselines]) => ({ name, baselines })),
    stored(list) {
      for (const { name } of list) changed.delete(name);
    },
    forget() {
      learnt.clear();
      changed.clear();
    },
    watchOf,
    rankOf: (name) => byName.get(name)?.rank ?? 99,
  };
}

/** Stands in for a watch that left the configuration while a fault of it was open: its end is still told. */
function retiredWatch(name: string): WatchSpec {
  return {
    ...{ name, detector: '', options: {}, severity: 'warning', clearAfterMs: 60_000, rank: 99, title: name },
    why: 'This watch is no longer configured.',
    whatToDo: 'Nothing: its fault is closed.',
  };
}

/** On its grid, when its first input was observed in the step, or while a fault of it is open. */
function isDue(
  { watch, runner }: ArmedWatch,
  step: { source: string; now: number; view: EvidenceView; faults: readonly Fault[] },
): boolean {
  if (step.now % runner.everyMs === 0) return true;
  if (step.faults.some((fault) => fault.watch === watch.name && fault.source === step.source)) return true;
  const input = runner.inputs[0];
  return input !== undefined && step.view.sum(input, step.now - 1_000, step.now).count > 0;
}

function faultKey(watch: WatchSpec, source: string, label: string): string {
  return watch.by === undefined
    ? `${watch.name} ${source}`
    : `${watch.name} ${source} ${seriesKey('', { [watch.by]: label })}`;
}
