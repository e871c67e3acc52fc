/** Mistakes a schema cannot see: expressions, names of fields and series that are not there, samples. */
import { messageOf } from '../core/errors.ts';
import { compileGrok, type Grok } from '../core/parse/grok.ts';
import { type CompiledPattern, compilePattern, type PatternSpec } from '../core/parse/pattern.ts';
import { checkSamples } from '../core/parse/samples.ts';
import type { ObservationFile } from './pattern-schema.ts';
import { unknownWord, type WordMistake } from './words.ts';

export interface CheckedPattern {
  /** Undefined when there are mistakes. */
  readonly compiled: CompiledPattern | undefined;
  readonly mistakes: readonly WordMistake[];
}

/** `fileName` is the pattern's file without its ending, which must be its name. */
export function checkPattern(spec: PatternSpec, fileName: string): CheckedPattern {
  const compiledGroks = compileGroks(spec);
  const mistakes = [...compiledGroks.mistakes, ...checkForm(spec)];
  if (spec.name !== fileName)
    mistakes.push({
      path: ['name'],
      message: `name: It is '${spec.name}', the file is ${fileName}.yaml; make them the same`,
    });
  if (mistakes.length > 0) return { compiled: undefined, mistakes };

  mistakes.push(...checkFields(spec, compiledGroks.groks));
  if (mistakes.length > 0) return { compiled: undefined, mistakes };

  const compiled = compilePattern(spec);
  mistakes.push(...checkSamples(compiled).map(({ list, index, message }) => ({ path: [list, index], message })));
  return { compiled: mistakes.length === 0 ? compiled : undefined, mistakes };
}

/** Expressions or JSON, exactly one of them. */
function checkForm({ expressions, json }: PatternSpec): WordMistake[] {
  const hasExpressions = expressions.length > 0;
  if (hasExpressions !== (json !== undefined)) return [];
  if (json === undefined)
    return [
      {
        path: [],
        message: "expressions: They are missing; write a list of grok expressions, or 'json' for lines of JSON",
      },
    ];
  return [
    {
      path: ['json'],
      message: "json: A pattern has either 'expressions' or 'json'; take one out, or make a second file",
    },
  ];
}

function compileGroks(spec: PatternSpec): {
  readonly groks: readonly Grok[];
  readonly mistakes: readonly WordMistake[];
} {
  const groks: Grok[] = [];
  const mistakes: WordMistake[] = [];
  for (const list of ['expressions', 'continues'] as const) {
    for (const [index, expression] of (spec[list] ?? []).entries()) {
      try {
        const grok = compileGrok(expression);
        if (list === 'expressions') groks.push(grok);
      } catch (error) {
        mistakes.push({ path: [list, index], message: messageOf(error) });
      }
    }
  }
  return { groks, mistakes };
}

function checkFields(spec: PatternSpec, groks: readonly Grok[]): WordMistake[] {
  const inJson = Object.keys(spec.json?.fields ?? {});
  const captured = [...groks.flatMap(({ groups }) => groups).filter((name) => name !== undefined), ...inJson];
  const paired = Object.values(spec.keyValues?.names ?? {});
  const raw = [...new Set([...captured, ...paired])];
  const typed = groks.flatMap(({ types }) => Object.keys(types));
  const all = [...raw, ...(raw.includes('path') ? ['route'] : []), ...(spec.classes ? [spec.classes.into] : [])];
  const from = (known: readonly string[], field: string | undefined, ...path: PropertyKey[]): WordMistake[] =>
    field === undefined || known.includes(field)
      ? []
      : [{ path, message: `${path.map(String).join('.')}: ${unknownWord('field', [field], known)}` }];
  const twice = Object.keys(spec.fields).filter((field) => typed.includes(field));
  const into = spec.classes?.into;
  return [
    ...(spec.json?.require ?? []).flatMap((field, index) => from(inJson, field, 'json', 'require', index)),
    ...from(raw, spec.time?.field, 'time', 'field'),
    ...from(captured, spec.keyValues?.field, 'keyValues', 'field'),
    ...from(all, spec.status, 'status'),
    ...from(raw, spec.classes?.from, 'classes', 'from'),
    ...(into !== undefined && raw.includes(into)
      ? [
          {
            path: ['classes', 'into'],
            message: `classes.into: An expression gives '${into}' already; choose another name`,
          },
        ]
      : []),
    ...Object.keys(spec.fields).flatMap((field) => from(raw, field, 'fields', field)),
    ...twice.map((field) => ({
      path: ['fields', field],
      message: `fields.${field}: Its kind stands in the expression too; say it once`,
    })),
    ...spec.samples.flatMap((sample, index) =>
      Object.keys(sample.fields).flatMap((field) => from(all, field, 'samples', index, 'fields', field)),
    ),
  ];
}

/** Names in an observation: series twice, lists of no series, fields that no pattern observed by it has; and no values to spread. */
export function checkObservation(file: ObservationFile, patterns: readonly CompiledPattern[]): WordMistake[] {
  const names = file.series.map(({ name }) => name);
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: ['series', index, 'name'], message: `series: '${name}' is there twice` }],
  );
  const lists = LISTS.flatMap((list) =>
    file[list].flatMap(({ series }, index) =>
      series
        .filter((name) => !names.includes(name))
        .map((name) => ({
          path: [list, index, 'series'],
          message: `${list}: ${unknownWord('series', [name], names)}`,
        })),
    ),
  );
  return [...twice, ...checkHistograms(file), ...lists, ...checkObservedFields(file, patterns)];
}

const LISTS = ['tops', 'distincts'] as const;

function checkHistograms({ series }: ObservationFile): WordMistake[] {
  return series.flatMap(({ name, histogram, value }, index) =>
    histogram && value === undefined
      ? [
          {
            path: ['series', index, 'histogram'],
            message: `series: '${name}' counts lines, so it has no histogram; name the field of its numbers, as value: request_time`,
          },
        ]
      : [],
  );
}

function checkObservedFields(file: ObservationFile, patterns: readonly CompiledPattern[]): WordMistake[] {
  if (patterns.length === 0) return [];
  const known = [...new Set(patterns.flatMap(({ fieldNames }) => fieldNames))];
  const series = file.series.flatMap((one, index) =>
    [...Object.keys(one.when), ...(one.value === undefined ? [] : [one.value]), ...one.by].map((field) => ({
      field,
      path: ['series', index],
    })),
  );
  const lists = LISTS.flatMap((list) =>
    file[list].flatMap(({ by }, index) => by.map((field) => ({ field, path: [list, index, 'by'] }))),
  );
  return [...series, ...lists]
    .filter(({ field }) => !known.includes(field))
    .map(({ field, path }) => ({ path, message: `${path[0]}: ${unknownWord('field', [field], known)}` }));
}
