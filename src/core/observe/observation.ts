/** What to observe in the lines of a pattern: series and heavy hitters. Data from a pattern file. */

/** Larger values are none that anything has: a line with one is not observed, so that no sum of them overflows. */
export const VALUE_MAX = 1e30;

/** Whether a value is added up; not a number is not. */
export function isObserved(value: number): boolean {
  return Math.abs(value) <= VALUE_MAX;
}

/** A field must have one of these values, or must not; ranges are inclusive. */
export type Condition =
  | { readonly is: 'present' }
  | { readonly is: 'range'; readonly from: number; readonly to: number }
  | { readonly is: 'in' | 'not'; readonly values: readonly string[] };

export interface SeriesSpec {
  /** Dotted, as http.5xx. */
  readonly name: string;
  /** All must hold. Empty: every line. */
  readonly when: readonly { readonly field: string; readonly condition: Condition }[];
  /** Field to add up; a line without it is not observed. Absent: the series counts. */
  readonly value?: string | undefined;
  /** Fields by which there is one series a value, besides the total. */
  readonly by: readonly string[];
  /** Keep lines as exemplars. */
  readonly evidence: boolean;
  /** Keep how its values are spread; only with a value. */
  readonly histogram?: boolean | undefined;
}

/** A field of the lines of a series: of tops its most frequent values, of distincts how many different ones. */
export interface FieldOfSeries {
  /** Name of a series in the same observation. */
  readonly series: string;
  readonly by: string;
}

export interface ObservationSpec {
  readonly series: readonly SeriesSpec[];
  readonly tops: readonly FieldOfSeries[];
  readonly distincts?: readonly FieldOfSeries[] | undefined;
}

/** The fields an observation looks at. */
export function fieldsOf(observation: ObservationSpec): readonly string[] {
  return [...new Set([...valueFields(observation), ...labelFields(observation), ...listedFields(observation)])];
}

/** Whose values are compared or added up. */
export function valueFields({ series }: ObservationSpec): readonly string[] {
  return series.flatMap(({ when, value }) => [
    ...when.map(({ field }) => field),
    ...(value === undefined ? [] : [value]),
  ]);
}

/** Whose values have series of their own. */
export function labelFields({ series }: ObservationSpec): readonly string[] {
  return series.flatMap(({ by }) => by);
}

/** Whose values are heavy hitters or told apart. */
export function listedFields({ tops, distincts }: ObservationSpec): readonly string[] {
  return [...tops, ...(distincts ?? [])].map(({ by }) => by);
}
