/** Joins what watches the reading: the watch over all sources, and the audits of those that have one. */
import type { Config, SourceConfig } from '../../config/config.ts';
import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement } from '../../core/plugin.ts';
import { accessLines } from '../../core/reading/audit.ts';
import type { SourceKind } from '../../core/reading/report.ts';
import type { ToldLosses } from '../../core/types.ts';
import type { LiveSource } from '../../engine/live.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Surface } from '../surface.ts';
import { type Auditor, startAuditor } from './audit.ts';
import { createLineWatch } from './line-watch.ts';
import { createReadingWatch, type ReadingWatch } from './reading-watch.ts';
import { AUDIT_GAP } from './reading-watches.ts';
import type { Witness } from './witness.ts';

export interface Reading extends Pick<ReadingWatch, 'sawRound' | 'measure' | 'told' | 'report'> {
  /** The sources have been opened, and their rounds begin; `told` by an earlier start. */
  begin(sources: readonly LiveSource[], told: ToldLosses): void;
  stop(): Promise<void>;
}

export function createReading(parts: {
  readonly config: Config;
  readonly surface: Pick<Surface, 'health' | 'problemEvidence' | 'where'>;
  readonly witness: Witness;
  readonly now: () => number;
  readonly log: Logger;
}): Reading {
  const { config, now, log } = parts;
  const { health, where } = parts.surface;
  const auditors = new Map<string, Auditor>();
  const watch = createReadingWatch({
    now,
    kindOf: (name) => kindOf(config.sources.find((source) => source.name === name)),
    auditOf: (name) => auditors.get(name)?.report(),
    evidenceOf: parts.surface.problemEvidence,
    lines: createLineWatch({
      ...{ witness: parts.witness, health, where, log },
      zoneOf: (name) => config.sources.find((source) => source.name === name)?.timezone ?? config.timezone,
    }),
    onEmpty(name, empty) {
      if (empty === undefined) health.clear(`source ${name} empty`);
      else health[empty.isUsual ? 'note' : 'set'](`source ${name} empty`, empty.sentence);
    },
  });

  function auditorOf({ name, engine }: LiveSource): Auditor | undefined {
    const audit = config.sources.find((source) => source.name === name)?.audit;
    return (
      audit &&
      startAuditor({
        ...{ url: audit.url, everyMs: audit.every, now },
        lines: () => accessLines(engine.state().totals),
        caughtUpAt: () => watch.caughtUpAt(name),
        onChange(verdict, sentence) {
          const level = verdict === 'agrees' || verdict === 'beginning' ? 'info' : 'warn';
          log[level]({ source: name, verdict, sentence }, 'The audit of a source changed');
        },
      })
    );
  }

  function newsOf([name, auditor]: readonly [string, Auditor]): readonly Measurement[] {
    const news = auditor.takeNews();
    return news ? [{ series: seriesKey(AUDIT_GAP, { source: name }), value: news.lines, lines: [news.sentence] }] : [];
  }

  return {
    begin(sources, told) {
      watch.begin(sources, told);
      for (const source of sources) {
        const auditor = auditorOf(source);
        if (auditor) auditors.set(source.name, auditor);
      }
    },
    sawRound: watch.sawRound,
    measure: (at) => [...watch.measure(at), ...[...auditors].flatMap(newsOf)],
    told: watch.told,
    report: watch.report,
    async stop() {
      await Promise.all([...auditors.values()].map(async (auditor) => await auditor.stop()));
    },
  };
}

function kindOf(source: SourceConfig | undefined): SourceKind {
  if (source?.stdin) return 'stdin';
  if (source?.fifo !== undefined) return 'fifo';
  if (source?.syslog) return 'syslog';
  return source?.journal ? 'journal' : 'files';
}
