/** The machine's figures on their way into windows: a source without files, whose lines are measurements. */

import { EXEMPLAR_CHARS } from '../core/observe/tally-builder.ts';
import type { Measurement } from '../core/plugin.ts';
import type { Cell, Exemplar, SourceState, ToldLosses } from '../core/types.ts';
import type { SourceChain } from './chain.ts';
import { emptySourceState } from './source-state.ts';

/** Name of the source that holds this machine's figures. */
export const MACHINE_SOURCE = 'machine';

/** Another writer is not expected; a store that forgot its last seconds is behind once. */
const TRIES = 3;

export interface Figures {
  /** Adds figures taken at `now` and commits them, with the losses that are told by then; calls that come meanwhile wait for their turn. */
  add(measurements: readonly Measurement[], now: number, told?: ToldLosses): Promise<void>;
  /** As committed last, by whichever start of linesman. */
  told(): Promise<ToldLosses>;
}

export function createFigures(chain: SourceChain): Figures {
  let state: SourceState | undefined;
  let last: Promise<void> = Promise.resolve();

  async function addNow(measurements: readonly Measurement[], now: number, told?: ToldLosses): Promise<void> {
    const time = Math.floor(now / 1_000) * 1_000;
    const cells = measurements.filter(({ value }) => Number.isFinite(value)).map((one) => cellOf(one, time));
    const exemplars = measurements.flatMap((one) => exemplarsOf(one, time));
    for (let left = TRIES; left > 0; left -= 1) {
      state ??= await load();
      chain.windows().add({ cells, tops: [], exemplars });
      state = { ...state, watermark: Math.max(state.watermark ?? 0, time), ...(told && { told }) };
      if ((await chain.commit(state)) !== 'behind') return;
      state = undefined;
    }
    throw new Error(`figures of ${new Date(time).toISOString()} were not taken: somebody else writes them too`);
  }

  async function load(): Promise<SourceState> {
    return (await chain.load())?.state ?? emptySourceState();
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = last.then(work);
    last = mine.then(
      () => {},
      () => {},
    );
    return await mine;
  }

  return {
    add: async (measurements, now, told) => await inTurn(async () => await addNow(measurements, now, told)),
    told: async () =>
      await inTurn(async () => {
        state ??= await load();
        return state.told ?? {};
      }),
  };
}

function cellOf({ series, value }: Measurement, time: number): Cell {
  return { series, time, count: 1, sum: value };
}

function exemplarsOf({ series, lines = [] }: Measurement, time: number): readonly Exemplar[] {
  return lines.map((line) => ({ series, time, line: line.slice(0, EXEMPLAR_CHARS).toWellFormed() }));
}
