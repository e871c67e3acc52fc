/** The machine's figures on their way into windows: a source without files, whose lines are measurements. */
import type { Measurement } from '../core/plugin.ts';
import type { Cell, SourceState } from '../core/types.ts';
import type { SourceChain } from './chain.ts';
import { emptySourceState } from './source-state.ts';

/** Name of the source that holds this machine's figures. */
export const MACHINE_SOURCE = 'machine';

export interface Figures {
  /** Adds figures taken at `now` and commits them. Where the store is behind they are dropped: new ones come soon. */
  add(measurements: readonly Measurement[], now: number): Promise<void>;
}

export function createFigures(chain: SourceChain): Figures {
  let state: SourceState | undefined;
  return {
    async add(measurements, now) {
      state ??= (await chain.load()) ?? emptySourceState();
      const time = Math.floor(now / 1_000) * 1_000;
      const cells = measurements.filter(({ value }) => Number.isFinite(value)).map((one) => cellOf(one, time));
      chain.windows().add({ cells, tops: [], exemplars: [] });
      state = { ...state, watermark: Math.max(state.watermark ?? 0, time) };
      if ((await chain.commit(state)) === 'behind') state = undefined;
    },
  };
}

function cellOf({ series, value }: Measurement, time: number): Cell {
  return { series, time, count: 1, sum: value };
}
