/** How checks answer, as Prometheus reads it. Their names are those of linesman.yaml, at most 200. */
import { Counter, Gauge, type Registry } from 'prom-client';

export interface CheckMetrics {
  /** An answer, and what it took. */
  sawAnswer(check: string, answer: { readonly isWell: boolean; readonly tookMs: number }): void;
  /** It threw, which is a bug of ours. */
  countError(check: string): void;
  /** Those that are not among these any more leave. */
  keep(checks: readonly string[]): void;
}

export function createCheckMetrics(registry: Registry): CheckMetrics {
  const registers = [registry];
  const up = new Gauge({
    name: 'linesman_check_up',
    help: '1 where the last answer of a check of linesman.yaml was well, 0 where it was not.',
    labelNames: ['check'],
    registers,
  });
  const seconds = new Gauge({
    name: 'linesman_check_seconds',
    help: 'What the last answer of a check took.',
    labelNames: ['check'],
    registers,
  });
  const errors = new Counter({
    name: 'linesman_check_errors_total',
    help: 'Times that a check gave no answer by a bug of linesman.',
    labelNames: ['check'],
    registers,
  });
  const known = new Set<string>();
  return {
    sawAnswer(check, { isWell, tookMs }) {
      known.add(check);
      up.set({ check }, isWell ? 1 : 0);
      seconds.set({ check }, tookMs / 1_000);
    },
    countError(check) {
      known.add(check);
      errors.inc({ check });
    },
    keep(checks) {
      for (const check of [...known].filter((name) => !checks.includes(name))) {
        known.delete(check);
        for (const metric of [up, seconds, errors]) metric.remove({ check });
      }
    },
  };
}
