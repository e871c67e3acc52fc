/** What one line adds to which series, for people; in bulk blocks of lines are observed. */
import type { FieldValue } from '../types.ts';
import { fulfils } from './condition.ts';
import { type Condition, isObserved, type ObservationSpec, type SeriesSpec } from './observation.ts';
import { LABEL_CHARS } from './series.ts';

export interface ObservedSeries {
  readonly name: string;
  /** What it adds: 1, or the number of its field. Undefined where it adds nothing. */
  readonly adds?: number;
  /** Besides the total it counts by these. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why it adds nothing. */
  readonly because?: string;
}

/** `fieldValue` gives the value of a field of the line. */
export function observedSeries(
  { series }: ObservationSpec,
  fieldValue: (field: string) => FieldValue | undefined,
): readonly ObservedSeries[] {
  return series.map((spec) => observe(spec, fieldValue));
}

function observe(
  { name, when, value, by }: SeriesSpec,
  fieldValue: (field: string) => FieldValue | undefined,
): ObservedSeries {
  const failed = when.find(({ field, condition }) => !fulfils(condition, fieldValue(field)));
  if (failed) {
    return { name, labels: {}, because: becauseText(failed, fieldValue(failed.field)) };
  }
  const adds = value === undefined ? 1 : Number(fieldValue(value) ?? Number.NaN);
  if (Number.isNaN(adds)) return { name, labels: {}, because: `the line has no number ${value}` };
  if (!isObserved(adds)) return { name, labels: {}, because: `${value} is larger than anything is: ${adds}` };
  const labels = by.flatMap((field): [string, string][] => {
    const label = fieldValue(field);
    return label === undefined ? [] : [[field, String(label).slice(0, LABEL_CHARS)]];
  });
  return { name, adds, labels: Object.fromEntries(labels) };
}

function becauseText({ field, condition }: SeriesSpec['when'][number], value: FieldValue | undefined): string {
  if (condition.is === 'present') return `${field} is absent`;
  const said = value === undefined ? `${field} is absent` : `${field} is ${value}`;
  return condition.is === 'not' ? said : `${said}, not ${wanted(condition)}`;
}

function wanted(condition: Extract<Condition, { is: 'range' | 'in' | 'not' }>): string {
  return condition.is === 'range' ? `${condition.from}-${condition.to}` : condition.values.join(' or ');
}
