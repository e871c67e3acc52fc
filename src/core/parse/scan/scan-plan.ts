/** Decides how a scanner reads the lines of a pattern: the steps of its first expression, and where each field goes. */
import { compileGrok } from '../grok.ts';
import { observedFields, type PatternSpec } from '../pattern.ts';
import { parseExpression } from './expression.ts';
import { NotPlain } from './expression-reader.ts';
import { type PairsPlan, planPairs } from './pairs-plan.ts';
import { planSteps, type Step } from './plan.ts';

export interface ScanPlan {
  /** In the order of the columns. */
  readonly fields: readonly string[];
  readonly steps: readonly Step[];
  /** For each field its groups; the first that is there counts. */
  readonly columns: readonly (readonly number[])[];
  /** Column of the time, if it has one, and its group where that alone gives it. */
  readonly time: { readonly column: number; readonly group: number | undefined } | undefined;
  readonly pairs: PairsPlan | undefined;
}

/** Throws NotPlain. A line that the first expression does not match has none of the scanner's rows. */
export function planScan(spec: PatternSpec): ScanPlan {
  const keep = observedFields(spec);
  const groks = spec.expressions.map((expression) => compileGrok(expression, keep));
  const [first] = groks;
  if (first === undefined) throw new NotPlain('no expression');
  const { keyValues } = spec;
  const wanted = observedFields({ ...spec, keyValues: undefined });
  const known = [...groks.flatMap(({ groups }) => groups), ...Object.values(keyValues?.names ?? {})];
  const fields = [...new Set(known)].filter((field) => field !== undefined && wanted.has(field)) as string[];
  const columns = fields.map((field) => groupsOf(first.groups, field));
  return {
    fields,
    steps: planSteps(parseExpression(first.regExp.source.slice(1, -1))),
    columns,
    time: planTime(spec, fields, columns),
    pairs: keyValues && planPairs(keyValues, { fields, groups: groupsOf(first.groups, keyValues.field) }),
  };
}

function groupsOf(groups: readonly (string | undefined)[], field: string): readonly number[] {
  return groups.flatMap((name, group) => (name === field ? [group] : []));
}

function planTime(spec: PatternSpec, fields: readonly string[], columns: ScanPlan['columns']): ScanPlan['time'] {
  if (spec.time === undefined) return undefined;
  const column = fields.indexOf(spec.time.field);
  if (column === -1) return undefined;
  const [group, ...others] = columns[column] ?? [];
  const isInPairs = Object.values(spec.keyValues?.names ?? {}).includes(spec.time.field);
  return { column, group: others.length > 0 || isInPairs ? undefined : group };
}
