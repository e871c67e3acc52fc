/** What linesman shows of itself while it runs: health and metrics over HTTP, and both in the log. */
import type { Config } from '../config/config.ts';
import { FULL_LOG_FORMAT } from '../core/reading/contract.ts';
import type { SourceReport } from '../core/reading/report.ts';
import { type Remedy, remedyLine, type Surroundings } from '../core/reading/state.ts';
import { contractText } from '../core/render/contract.ts';
import type { Transition } from '../core/types.ts';
import type { Figures } from '../engine/figures.ts';
import type { LiveSource } from '../engine/live.ts';
import type { Ticker, TickResult } from '../engine/tick.ts';
import { createHealth, type Health } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { type RateLimitedLogger, rateLimited } from '../telemetry/rate-limited.ts';
import { VERSION } from '../version.ts';
import { startWeb } from '../web/server.ts';
import type { Contracts } from './contract/contract.ts';
import { lookAround } from './place/surroundings.ts';
import { logsNamedIn, probeLogs } from './reading/log-states.ts';
import type { Reading } from './reading/reading.ts';
import { createSourceStates } from './reading/source-states.ts';
import { takeEvent } from './told-event.ts';

/** A failure that repeats is written this often. */
const SAME_SENTENCE_MS = 10_000;
const STARTING = 'linesman is starting.';

export interface Surface {
  readonly port: number;
  readonly where: Surroundings;
  /** Reasons are logged when they come and when they go, not at every look. */
  readonly health: Health;
  readonly metrics: Metrics;
  readonly limited: RateLimitedLogger;
  /** Why this linesman stands by, which is no trouble; undefined: it starts to work. */
  standBy(why: string | undefined): void;
  /** From now on these are shown, and linesman no longer says that it is starting. */
  show(parts: {
    readonly sources: readonly LiveSource[];
    readonly ticker: Ticker;
    readonly reading: Reading;
    readonly contracts: Pick<Contracts, 'latest' | 'unseen'>;
    readonly figures: Pick<Figures, 'add'>;
  }): void;
  /** What a tick decided, into log and metrics; what it could not take on becomes a reason. */
  logResult(result: TickResult): void;
  /** What keeps a source from being read; none is well. */
  sayProblems(source: string, problems: readonly string[]): void;
  /** The same for a mail: sentences and commands. */
  problemEvidence(source: string): readonly string[];
  close(): Promise<void>;
}

/** Listens when it resolves: Redis may be long in coming, and until then this is where to ask why. */
export async function openSurface(config: Config, log: Logger): Promise<Surface> {
  const reasons = createHealth();
  reasons.set('start', STARTING);
  const limited = rateLimited(log, SAME_SENTENCE_MS);
  const metrics = createMetrics({ version: VERSION });
  let sources: readonly LiveSource[] = [];
  let ticker: Ticker | undefined;
  let reading: Reading | undefined;
  let contracts: Pick<Contracts, 'latest' | 'unseen'> | undefined;
  let figures: Pick<Figures, 'add'> | undefined;
  let standby: string | undefined;
  let droppedBefore: number | undefined;

  function refresh(): void {
    for (const { name, engine } of sources) {
      const { totals, skipped, watermark } = engine.state();
      metrics.setLineTotals(name, totals);
      metrics.setSkipped(name, skipped);
      if (watermark !== undefined) metrics.setWatermark(name, watermark);
      metrics.reading.showConflicts(name, engine.conflicts());
    }
    metrics.reading.show(reading?.report(Date.now(), false) ?? []);
    if (ticker) metrics.reading.showConflicts('', { lost: ticker.lost() });
    metrics.setOutbox(ticker?.state()?.outbox.length ?? 0);
    if (ticker) metrics.setLearnt(ticker.learntSize());
    metrics.setOpenFaults(ticker?.state()?.book.faults ?? []);
    metrics.setDroppedLogs(limited.dropped());
  }

  function withUnseen(report: SourceReport): SourceReport {
    return { ...report, unseen: contracts?.unseen(report.name) ?? [] };
  }

  const web = await startWeb({
    ...config.http,
    async metrics() {
      refresh();
      return await metrics.text();
    },
    sources: (all) => ({
      ...{ host: config.host, version: VERSION },
      sources: (reading?.report(Date.now(), all) ?? []).map(withUnseen),
      logFormat: FULL_LOG_FORMAT.join('\n'),
      ...(standby === undefined ? {} : { standby }),
    }),
    async watching() {
      const contract = await contracts?.latest();
      return contract ? { ...contract, text: contractText(contract) } : { text: `${standby ?? STARTING}\n` };
    },
    health: () => ({
      ok: reasons.reasons().length === 0,
      reasons: reasons.reasons(),
      notes: reasons.notes(),
      states: reasons.states(),
      lines: sources.reduce((sum, { engine }) => sum + accessLines(engine.state()), 0),
      counted: sources.reduce((sum, { engine }) => sum + accessLines(engine.counted()), 0),
      version: VERSION,
      ...(standby === undefined ? {} : { standby }),
    }),
    events: {
      ...{ token: config.events.token, now: Date.now, onAnswer: metrics.countEvent },
      notNow: () => standby ?? (figures ? undefined : STARTING),
      take: async (event) => await takeEvent(event, figures),
    },
  });
  log.info({ http: web.port }, 'Serving /metrics, /healthz, /sources, /watching and /events');

  const health = createLoggedHealth(reasons, log);
  const where = await lookAround();
  const sourceStates = createSourceStates({
    ...{ sources: config.sources, health, now: Date.now },
    probe: async (globs) => await probeLogs(globs, where, await logsNamedIn(config.nginxConf)),
  });
  return {
    port: web.port,
    ...{ where, health },
    metrics,
    limited,
    standBy(why) {
      standby = why;
      metrics.setStandby(why !== undefined);
      if (why === undefined) reasons.set('start', STARTING);
      else reasons.clear('start');
    },
    show(parts) {
      ({ sources, ticker, reading, contracts, figures } = parts);
      reasons.clear('start');
    },
    logResult({ transitions, notifications, refused }) {
      for (const transition of transitions) {
        const { fault, to, at, reason } = transition;
        const { watch, source, severity, first, last, id } = fault;
        const { value, expected, limit, part, whole } = last;
        const figures = { value, expected, limit, part, whole, labels: first.labels };
        const fields = { watch, source, severity, to, at: new Date(at).toISOString(), reason, ...figures, fault: id };
        log[levelOf(transition)](fields, 'Fault');
        metrics.countTransition(to);
      }
      for (const { id, receiver, model } of notifications) {
        log.info({ id, receiver, transition: model.transition, subject: model.subject }, 'Notification decided');
      }
      if (refused > 0)
        health.set(
          'faults',
          `${refused} more faults could not begin, as many as can be followed are open; mend those first.`,
        );
      else health.clear('faults');
      const dropped = ticker?.state()?.outboxDropped ?? 0;
      if (droppedBefore !== undefined && dropped > droppedBefore)
        log.error({ dropped: dropped - droppedBefore }, 'The outbox is full: notifications were left out');
      droppedBefore = dropped;
    },
    sayProblems: sourceStates.saw,
    problemEvidence: sourceStates.evidence,
    close: async () => await web.close(),
  };
}

/** Nobody may be told by mail, so firing is loud here too; what was not confirmed is nothing. */
function levelOf({ fault, to }: Transition): 'info' | 'warn' | 'error' {
  if (to === 'firing') return fault.severity === 'critical' ? 'error' : 'warn';
  return to === 'resolved' && fault.firedAt !== undefined ? 'warn' : 'info';
}

function createLoggedHealth(health: Health, log: Logger): Health {
  return {
    ...health,
    set(name, reason, remedy = []) {
      const isNews = health.set(name, reason, remedy);
      if (isNews) log.error({ name, reason, ...remedyField(remedy) }, 'Not well');
      return isNews;
    },
    note(name, note, remedy = []) {
      const isNews = health.note(name, note, remedy);
      if (isNews) log.warn({ name, note, ...remedyField(remedy) }, 'Worth knowing');
      return isNews;
    },
    clear(name) {
      const wasSet = health.clear(name);
      if (wasSet) log.info({ name }, 'Well again');
      return wasSet;
    },
  };
}

function remedyField(remedy: readonly Remedy[]): { readonly remedy?: readonly string[] } {
  return remedy.length === 0 ? {} : { remedy: remedy.map(remedyLine) };
}

function accessLines({ totals }: ReturnType<LiveSource['engine']['state']>): number {
  return totals.reduce((sum, { status, count }) => (status === '' ? sum : sum + count), 0);
}
