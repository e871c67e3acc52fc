/** What linesman measures of its reading, by source: lag, problems, the ledger, the audit. */
import { Gauge, type Registry } from 'prom-client';
import type { SourceReport } from '../core/reading/report.ts';
import { absoluteCounter } from './absolute-counter.ts';

export interface SourceMetrics {
  show(reports: readonly SourceReport[]): void;
  /** Times that a source's chain was found behind or empty in the store; the host's own chain has the source ''. */
  showConflicts(source: string, conflicts: { readonly behind?: number; readonly lost: number }): void;
}

export function createSourceMetrics(registry: Registry): SourceMetrics {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['source'], registers: [registry] });
  const bytes = absoluteCounter(registry, {
    name: 'linesman_source_bytes_total',
    help: 'What became of every byte since the first start: present = taken + the others + unread.',
    labelNames: ['source', 'fate'],
  });
  const conflicts = absoluteCounter(registry, {
    name: 'linesman_store_conflicts_total',
    help: 'Times that the store was found behind (read again from there) or empty (written anew); source "" is the judging.',
    labelNames: ['source', 'found'],
  });
  const audited = absoluteCounter(registry, {
    name: 'linesman_audit_requests_total',
    help: 'Requests that Nginx counted since the audit began.',
    labelNames: ['source'],
  });
  const auditGap = gauge('linesman_audit_gap_lines', 'Lines that are missing for certain since the audit began.');
  const unread = gauge('linesman_source_unread_bytes', 'Bytes that are written and not taken yet.');
  const gap = gauge('linesman_source_ledger_gap_bytes', 'Bytes present - taken - skipped - unread: always 0.');
  const lag = gauge(
    'linesman_source_lag_seconds',
    'How long ago everything written was taken; 0 while reading keeps up.',
  );
  const problems = gauge(
    'linesman_source_problems',
    'What keeps the source from being read, as `linesman sources` says.',
  );

  function showOne({ name, ...report }: SourceReport): void {
    const { ledger, audit } = report;
    lag.set({ source: name }, report.lagMs / 1_000);
    problems.set({ source: name }, report.problems.length);
    if (ledger) {
      const fates = { present: ledger.present, taken: ledger.taken, ...ledger.skipped };
      bytes.set(name, valuesOf(name, 'fate', fates));
      unread.set({ source: name }, ledger.unread);
      gap.set({ source: name }, ledger.gap);
    }
    if (audit) {
      audited.set(name, [[{ source: name }, audit.requests]]);
      auditGap.set({ source: name }, audit.gap);
    }
  }

  return {
    show: (reports) => reports.forEach(showOne),
    showConflicts: (source, { behind = 0, lost }) =>
      conflicts.set(source, valuesOf(source, 'found', { behind, empty: lost })),
  };
}

function valuesOf(source: string, label: string, counts: Readonly<Record<string, number | undefined>>) {
  return Object.entries(counts).map(([value, count]) => [{ source, [label]: value }, Math.max(0, count ?? 0)] as const);
}
