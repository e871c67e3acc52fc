/** Options about restarts, which processes, units and containers have alike. */
import type { OptionSpecs, Options } from '../../core/plugin.ts';

export const START_OPTIONS = {
  restarts: {
    type: 'integer',
    describe: 'So many restarts within restartsWithin are a crash loop.',
    example: 5,
    default: 3,
    min: 1,
    max: 1_000,
  },
  restartsWithin: {
    type: 'duration',
    describe: 'Time in which restarts are counted.',
    example: '30m',
    default: '10m',
    min: 60_000,
    max: 86_400_000,
  },
} as const satisfies OptionSpecs;

export interface StartLimit {
  readonly restarts: number;
  readonly withinMs: number;
}

export function readStartLimit(options: Options): StartLimit {
  return { restarts: Number(options.restarts), withinMs: Number(options.restartsWithin) };
}

/** '10 minutes'. */
export function withinText({ withinMs }: StartLimit): string {
  return withinMs % 60_000 === 0 ? `${withinMs / 60_000} minutes` : `${withinMs / 1_000} seconds`;
}
