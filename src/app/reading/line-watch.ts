/** Watches what is read of lines: whether their format is recognised, and whether their stamps fit the clock. */
import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement } from '../../core/plugin.ts';
import { addDelays, type ClockOffset, clockOffset, type Delays } from '../../core/reading/clock-offset.ts';
import { clockOff, formatUnknown } from '../../core/reading/line-states.ts';
import { type Recognised, recognise } from '../../core/reading/recognised.ts';
import { remedyLine, type State, type Surroundings } from '../../core/reading/state.ts';
import type { LineTotal } from '../../core/types.ts';
import type { Health } from '../../telemetry/health.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { CLOCK_OFFSET, LINES_UNPARSED } from './reading-watches.ts';
import type { Witness } from './witness.ts';

/** Offsets so near to each other are the same one: medians of delays waver. */
const SAME_OFFSET_MS = 10_000;

export interface LineWatch {
  /** After each round. */
  sawRound(source: string): void;
  /** What is to be added to the figures, besides what reading-figures.ts says. */
  measure(source: string, totals: readonly LineTotal[], now: number): readonly Measurement[];
}

interface Known {
  recognised: Recognised | undefined;
  delays: Delays;
  /** What is said while it lasts: counts and examples change with every look, and would be news each time. */
  saidOfFormat?: Said | undefined;
  saidOfClock?: ClockOffset | undefined;
}

interface Said {
  readonly lost: NonNullable<Recognised['lost']>;
  readonly example: string | undefined;
}

export function createLineWatch(parts: {
  readonly witness: Pick<Witness, 'example' | 'takeDelays'>;
  readonly health: Pick<Health, 'set' | 'clear'>;
  readonly where: Surroundings;
  readonly log: Pick<Logger, 'warn'>;
  /** In which stamps without a zone are read. */
  readonly zoneOf: (source: string) => string;
}): LineWatch {
  const { witness, health, where } = parts;
  const known = new Map<string, Known>();

  function of(source: string): Known {
    const one = known.get(source) ?? { recognised: undefined, delays: {} };
    known.set(source, one);
    return one;
  }

  /** Gives the lines of a mail. */
  function show(name: string, state: State | undefined, mailed = state): readonly string[] {
    if (!state || !mailed) {
      health.clear(name);
      return [];
    }
    health.set(name, state.sentence, state.remedy);
    return [mailed.sentence, ...mailed.remedy.map(remedyLine)];
  }

  function formatFigures(source: string, one: Known, lost: Recognised['lost']): readonly Measurement[] {
    const isNews = lost !== undefined && one.saidOfFormat === undefined;
    one.saidOfFormat = lost && (one.saidOfFormat ?? { lost, example: witness.example(source) });
    const said = one.saidOfFormat;
    // Whoever may ask /healthz may not read the logs; ours and mails show the line.
    const lines = show(
      `source ${source} format`,
      said && formatUnknown(said.lost, source, { example: undefined, where }),
      said && formatUnknown(said.lost, source, { example: said.example, where }),
    );
    if (isNews && said?.example !== undefined)
      parts.log.warn({ source, line: said.example }, 'A line that no pattern takes');
    return lost ? [{ series: seriesKey(LINES_UNPARSED, { source }), value: lost.share * 100, lines }] : [];
  }

  function clockFigures(source: string, one: Known, now: number): readonly Measurement[] {
    const offset = clockOffset(one.delays);
    one.saidOfClock = stillSaid(one.saidOfClock, offset);
    const state = one.saidOfClock && clockOff(one.saidOfClock, source, { zone: parts.zoneOf(source), now });
    const lines = show(`source ${source} clock`, state);
    if (Object.keys(one.delays).length === 0) return [];
    const seconds = Math.abs(offset?.aheadMs ?? 0) / 1_000;
    return [{ series: seriesKey(CLOCK_OFFSET, { source }), value: seconds, lines }];
  }

  return {
    sawRound(source) {
      const one = of(source);
      one.delays = addDelays(one.delays, witness.takeDelays(source));
    },
    measure(source, totals, now) {
      const one = of(source);
      one.recognised = recognise(one.recognised, totals, now);
      return [...formatFigures(source, one, one.recognised.lost), ...clockFigures(source, one, now)];
    },
  };
}

/** The offset that is said: another one only where it is news. */
function stillSaid(said: ClockOffset | undefined, offset: ClockOffset | undefined): ClockOffset | undefined {
  if (!said || !offset || said.pattern !== offset.pattern || said.isZone !== offset.isZone) return offset;
  return Math.abs(said.aheadMs - offset.aheadMs) <= SAME_OFFSET_MS ? said : offset;
}
