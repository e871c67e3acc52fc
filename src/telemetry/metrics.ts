/** What linesman measures of itself, as Prometheus reads it. Labels are bounded: sources, patterns, reasons, results. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FaultState, LineTotal, Severity, SkipCounts } from '../core/types.ts';
import { absoluteCounter } from './absolute-counter.ts';
import { type CheckMetrics, createCheckMetrics } from './check-metrics.ts';
import { createSourceMetrics, type SourceMetrics } from './source-metrics.ts';

export interface Metrics {
  /** Absolute, as committed: after a restart the counter goes on where it stood. */
  setLineTotals(source: string, totals: readonly LineTotal[]): void;
  /** Absolute, as committed. */
  setSkipped(source: string, skipped: SkipCounts): void;
  readonly reading: SourceMetrics;
  readonly checks: CheckMetrics;
  /** Newest event time taken, epoch ms. */
  setWatermark(source: string, time: number): void;
  observeRound(source: string, tookMs: number): void;
  /** By whom the tick was run: the timer runs those that the queue did not in time. */
  observeTick(by: 'queue' | 'timer', tookMs: number): void;
  countTransition(to: FaultState): void;
  countDelivery(result: 'sent' | 'retry' | 'dead'): void;
  /** Of pattern files or linesman.yaml while it runs. */
  countReload(what: Reloaded, result: 'taken' | 'refused'): void;
  /** When it was taken last, epoch ms. */
  setReloaded(what: Reloaded, time: number): void;
  /** What was told of at POST /events. */
  countEvent(result: 'taken' | 'refused'): void;
  setOutbox(notifications: number): void;
  /** What watches have learnt: bytes of it in the store, and label values that left because there were too many of them or they took too much (absolute). */
  setLearnt(learnt: {
    readonly bytes: number;
    readonly forgotten: { readonly labels: number; readonly bytes: number };
  }): void;
  setOpenFaults(faults: readonly { readonly severity: Severity; readonly state: FaultState }[]): void;
  setStandby(standsBy: boolean): void;
  /** Absolute. */
  setDroppedLogs(lines: number): void;
  /** In Prometheus' text format 0.0.4. */
  text(): Promise<string>;
}

type Reloaded = 'patterns' | 'config';

/** From a commit over a unix socket to one over a slow network. */
const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** In effect never: longer than anybody waits, and what a timer takes. */
const NEVER_MS = 1_000_000_000;

/**
 * What prom-client measures of every process, but for the monitor of the event loop's delay: it wakes an idle process a
 * hundred times a second, which cost more than all the rest of one. `nodejs_eventloop_lag_seconds` is measured when asked.
 */
function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS });
  for (const what of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'])
    registry.removeSingleMetric(`nodejs_eventloop_lag_${what}_seconds`);
}

export function createMetrics(parts: { readonly version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectProcessMetrics(registry);
  new Gauge({ name: 'linesman_info', help: 'The version that runs.', labelNames: ['version'], registers }).set(
    { version: parts.version },
    1,
  );
  const lines = absoluteCounter(registry, {
    name: 'linesman_lines_total',
    help: 'Lines taken into windows, by the pattern that read them and the HTTP status in them.',
    labelNames: ['source', 'pattern', 'status'],
  });
  const skipped = absoluteCounter(registry, {
    name: 'linesman_skipped_total',
    help: 'Lines or bytes not taken into windows, by reason.',
    labelNames: ['source', 'reason'],
  });
  const dropped = absoluteCounter(registry, {
    name: 'linesman_log_dropped_total',
    help: 'Log lines of linesman itself that were left out because the same sentence had just been written.',
    labelNames: [],
  });
  const watermark = new Gauge({
    name: 'linesman_source_watermark_seconds',
    help: 'Newest event time taken, as a Unix time.',
    labelNames: ['source'],
    registers,
  });
  const rounds = new Histogram({
    name: 'linesman_round_seconds',
    help: 'From looking for new lines until the store had them.',
    labelNames: ['source'],
    buckets: SECONDS,
    registers,
  });
  const ticks = new Histogram({
    name: 'linesman_tick_seconds',
    help: 'Evaluations of everything, by who ran them.',
    labelNames: ['by'],
    buckets: SECONDS,
    registers,
  });
  const transitions = new Counter({
    name: 'linesman_fault_transitions_total',
    help: 'Faults that came to this state.',
    labelNames: ['to'],
    registers,
  });
  const deliveries = new Counter({
    name: 'linesman_deliveries_total',
    help: 'Tries to tell somebody, by result.',
    labelNames: ['result'],
    registers,
  });
  const reloads = new Counter({
    name: 'linesman_reloads_total',
    help: 'Changes of pattern files and of linesman.yaml while linesman ran, by what became of them.',
    labelNames: ['what', 'result'],
    registers,
  });
  const reloaded = new Gauge({
    name: 'linesman_reloaded_seconds',
    help: 'When a change was taken last while linesman ran, as a Unix time.',
    labelNames: ['what'],
    registers,
  });
  const events = new Counter({
    name: 'linesman_events_total',
    help: 'What was told of at POST /events, by what became of it.',
    labelNames: ['result'],
    registers,
  });
  const outbox = new Gauge({
    name: 'linesman_outbox_notifications',
    help: 'Notifications that are decided and not delivered yet.',
    registers,
  });
  const baselines = new Gauge({
    name: 'linesman_baseline_bytes',
    help: 'What watches have learnt, as it is stored.',
    registers,
  });
  const forgotten = absoluteCounter(registry, {
    name: 'linesman_baselines_forgotten_total',
    help: 'Label values whose usual was forgotten, because their watch had learnt 200 of them (labels) or 512 KiB (bytes).',
    labelNames: ['reason'],
  });
  const standby = new Gauge({
    name: 'linesman_standby',
    help: '1 while another linesman is at work under this name, and this one waits to take over.',
    registers,
  });
  const faults = new Gauge({
    name: 'linesman_faults_open',
    help: 'Faults that are not over.',
    labelNames: ['severity', 'state'],
    registers,
  });

  return {
    setLineTotals: (source, totals) =>
      lines.set(
        source,
        totals.map(({ pattern, status, count }) => [{ source, pattern, status }, count]),
      ),
    setSkipped: (source, counts) =>
      skipped.set(
        source,
        Object.entries(counts).map(([reason, count]) => [{ source, reason }, count]),
      ),
    reading: createSourceMetrics(registry),
    checks: createCheckMetrics(registry),
    setWatermark: (source, time) => watermark.set({ source }, time / 1_000),
    observeRound: (source, tookMs) => rounds.observe({ source }, tookMs / 1_000),
    observeTick: (by, tookMs) => ticks.observe({ by }, tookMs / 1_000),
    countTransition: (to) => transitions.inc({ to }),
    countDelivery: (result) => deliveries.inc({ result }),
    countReload: (what, result) => reloads.inc({ what, result }),
    setReloaded: (what, time) => reloaded.set({ what }, time / 1_000),
    countEvent: (result) => events.inc({ result }),
    setOutbox: (notifications) => outbox.set(notifications),
    setLearnt(learnt) {
      baselines.set(learnt.bytes);
      forgotten.set('', [
        [{ reason: 'labels' }, learnt.forgotten.labels],
        [{ reason: 'bytes' }, learnt.forgotten.bytes],
      ]);
    },
    setOpenFaults(open) {
      faults.reset();
      for (const { severity, state } of open) if (state !== 'resolved') faults.inc({ severity, state });
    },
    setStandby: (standsBy) => standby.set(standsBy ? 1 : 0),
    setDroppedLogs: (count) => dropped.set('', [[{}, count]]),
    text: async () => await registry.metrics(),
  };
}
