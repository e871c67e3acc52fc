/**
 * A decision without what came from logs and settings of its owner: label values, keys of heavy hitters, templates and prose are
 * replaced by placeholders, one thing by the same one everywhere, so that the detector sees the same decision.
 */
import { checkWatchName } from '../check.ts';
import { parseSeriesKey, seriesKey } from '../observe/series.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Decision } from './decision.ts';

/** Words of detectors in what they learnt, on which verdicts depend; in a log they name nobody. */
const OWN_WORDS: ReadonlySet<string> = new Set(['high', 'low']);
/** Names that linesman itself gives; all else in what was learnt may be log text. */
const OWN_NAME = /^[a-z][A-Za-z0-9]{0,30}$/;
/** Labels whose values linesman itself gives. */
const OWN_LABELS: ReadonlySet<string> = new Set(['cause']);

export function redactDecision(decision: Decision): Decision {
  const known = new Map<string, string>();
  const place = (value: string, kind: string): string => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const placeholder = `${kind}-${known.size + 1}`;
    known.set(value, placeholder);
    return placeholder;
  };
  const labels = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, OWN_LABELS.has(name) ? value : place(value, name)]),
    );
  const series = (key: string) => {
    const parts = parseSeriesKey(key);
    return seriesKey(parts.name, labels(parts.labels));
  };
  const { input, watch, calls, said } = decision;
  const { label } = input;
  const { finding } = said;
  return {
    ...decision,
    watch: withoutProse(watch, (check) => place(check, 'check')),
    input: {
      ...input,
      ...(label && { label: { ...label, value: place(label.value, label.name) } }),
      baseline: texts(input.baseline, (text) => place(text, 'text')),
    },
    calls: calls.map((call) => ({
      ...call,
      given: call.given.map((one, i) => (i === 0 && typeof one === 'string' ? series(one) : one)),
      answer: texts(call.answer, (text) => place(text, 'key')),
    })),
    said: {
      ...said,
      ...(finding && {
        finding: {
          ...finding,
          series: series(finding.series),
          labels: labels(finding.labels),
          ...(finding.subject !== undefined && { subject: place(finding.subject, 'text') }),
        },
      }),
    },
  };
}

/** A check is named by its owner, who also wrote what its causes say. */
function withoutProse({ parents: _, ...watch }: WatchSpec, placeOf: (check: string) => string): WatchSpec {
  const { check } = watch.options;
  const isCheck = watch.detector === 'check' && typeof check === 'string';
  const placed = isCheck ? placeOf(check) : '';
  const name = isCheck ? checkWatchName(placed) : watch.name;
  const causes = Object.entries(watch.causes ?? {}).map(([cause, { severity }]) => {
    return [cause, { title: cause, severity, why: '', whatToDo: '' }] as const;
  });
  return {
    ...{ ...watch, name, title: name, why: '', whatToDo: '' },
    ...(isCheck && { options: { ...watch.options, check: placed } }),
    ...(causes.length > 0 && { causes: Object.fromEntries(causes) }),
  };
}

/** Every text in it replaced, and every name of a member that linesman did not give. */
function texts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return OWN_WORDS.has(value) ? value : replace(value);
  if (value instanceof Float32Array || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => texts(one, replace));
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, one]) => [OWN_NAME.test(name) ? name : replace(name), texts(one, replace)]),
  );
}
