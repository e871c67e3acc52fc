/** The series of one name, one for each value of a label. */
import { ABSENT_TEXT, type Rows } from './block.ts';
import type { TallySeries } from './tally-series.ts';
import type { Texts } from './texts.ts';

export interface LabelledSeries {
  /** Adds rows to the series of their values: one each, or `values`. */
  add(rows: Rows, ids: Int32Array, seconds: Float64Array, values: Float64Array | undefined): void;
  /** The series of a value that was added. */
  of(id: number): TallySeries | undefined;
  /** Ids were given anew, or a new tally begins. */
  forget(): void;
}

/** `isIn` is false for the series that stands for all values there is no room for. */
export interface Admitted {
  readonly series: TallySeries;
  readonly isIn: boolean;
}

export interface LabelledSeriesParts {
  readonly texts: Texts;
  /** Series of a value, which is as long as a label at most. */
  readonly admit: (value: string) => Admitted;
  /** Called for each line that `other` takes. */
  readonly onOther: () => void;
}

export function createLabelledSeries({ texts, admit, onOther }: LabelledSeriesParts): LabelledSeries {
  /** By id: number of a member plus one, negative where it stands for others as well; 0 is unknown. */
  const memberOf = texts.createTable();
  const known: number[] = [];
  const members: TallySeries[] = [];
  /** Of the current second, by number of the member. Few values have a line in one second. */
  const counts: number[] = [];
  const sums: number[] = [];
  let touched: number[] = [];

  function meet(id: number): number {
    const { series, isIn } = admit(texts.textOf(id));
    let member = members.indexOf(series);
    if (member === -1) {
      member = members.push(series) - 1;
      counts[member] = 0;
      sums[member] = 0;
    }
    const found = isIn ? member + 1 : -member - 1;
    memberOf.values[id] = found;
    known.push(id);
    return found;
  }

  function closeSecond(second: number): void {
    for (const member of touched) {
      members[member]?.add(second, counts[member] as number, sums[member] as number);
      counts[member] = 0;
      sums[member] = 0;
    }
    touched = [];
  }

  return {
    add({ at, count }, ids, seconds, values) {
      const cuts = texts.isUncut() ? undefined : texts.cuts.values;
      const found = memberOf.values;
      let second = Number.NaN;
      for (let index = 0; index < count; index += 1) {
        const row = at[index] as number;
        const whole = ids[row] as number;
        if (whole === ABSENT_TEXT) continue;
        const id = cuts ? (cuts[whole] as number) : whole;
        if (seconds[row] !== second) {
          closeSecond(second);
          second = seconds[row] as number;
        }
        const number = found[id] || meet(id);
        if (number < 0) onOther();
        const member = (number < 0 ? -number : number) - 1;
        if (counts[member] === 0) touched.push(member);
        counts[member] = (counts[member] as number) + 1;
        sums[member] = (sums[member] as number) + (values ? (values[row] as number) : 1);
      }
      closeSecond(second);
    },
    of(id) {
      if (id === ABSENT_TEXT) return undefined;
      return members[Math.abs(memberOf.values[texts.cuts.values[id] as number] as number) - 1];
    },
    forget() {
      for (const id of known) memberOf.values[id] = 0;
      known.length = 0;
      members.length = 0;
      counts.length = 0;
      sums.length = 0;
    },
  };
}
