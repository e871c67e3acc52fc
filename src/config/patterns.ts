/** Loads pattern files: those shipped and those of the operator. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { UserError } from '../core/errors.ts';
import { compileGrok } from '../core/parse/grok.ts';
import type { CompiledPattern } from '../core/parse/pattern.ts';
import type { WatchSpec } from '../core/plugin.ts';
import type { UnprovenExpression } from './expression-safety.ts';
import { MAX_FILES, OBSERVATIONS } from './file-limits.ts';
import { checkObservation, checkPattern } from './pattern-check.ts';
import { type ObservationFile, observationSchema, type PatternFile, patternSchema } from './pattern-schema.ts';
import { toPatternSpec, toWatchSpec } from './pattern-spec.ts';
import { toMistakes, unknownWord, type WordMistake } from './words.ts';
import { parseYaml, readYamlFile, type YamlFile, type YamlPath } from './yaml-file.ts';

/** The files of a folder of patterns, and of its observations, as they were read: path to text. */
export interface FolderTexts {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

export interface LoadPatternsParts {
  /** A later folder overrides patterns and observations of an earlier one by their file's name. */
  readonly folders: readonly string[];
  /** Files that were read before: their folder is not read now. */
  readonly texts?: FolderTexts | undefined;
  /** Mistakes in a watch's detector and options; `series` are the names of all series that are observed. */
  readonly checkWatch: (watch: WatchSpec, series: readonly string[]) => readonly string[];
}

export interface LoadedPatterns {
  /** The operator's before those shipped, each by name: of one priority they are tried in this order. */
  readonly patterns: readonly CompiledPattern[];
  readonly watches: readonly WatchSpec[];
  /** Expressions of the operator's patterns; those shipped are proven safe by a test. */
  readonly unproven: readonly UnprovenExpression[];
}

/** Throws UserError('CONFIG') with all mistakes, one a line, each with its file, line and column. */
export function loadPatterns(parts: LoadPatternsParts): LoadedPatterns {
  const mistakes: string[] = parts.folders
    .filter((folder) => !isThere(folder, parts.texts))
    .map((folder) => `${folder}: There is no such folder; patterns or LINESMAN_PATTERNS names it`);
  const folders = parts.folders.filter((folder) => isThere(folder, parts.texts));
  const { texts } = parts;
  const inner = folders.map((folder) => join(folder, OBSERVATIONS));
  const observations = readAll({ folders: inner, texts }, observationSchema, mistakes);
  const files = readAll({ folders, texts }, patternSchema, mistakes);
  const checked = files.map((file) => checkFile(file, observations, mistakes));
  const watches = checkWatches(observedBy(checked, observations), parts.checkWatch, mistakes);
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const unproven = checked.filter(({ file }) => !file.isShipped).flatMap(expressionsOf);
  const inOrder = checked.toSorted((a, b) => Number(a.file.isShipped) - Number(b.file.isShipped));
  return { patterns: inOrder.flatMap(({ compiled }) => compiled ?? []), watches, unproven };
}

/** The folder that comes with linesman; `patterns/` beside src/ and dist/ alike. */
export function shippedPatternsFolder(): string {
  return fileURLToPath(new URL('../../patterns', import.meta.url));
}

interface ReadFile<Value> {
  /** Without its ending. */
  readonly name: string;
  readonly isShipped: boolean;
  readonly yaml: YamlFile;
  /** Undefined when it has mistakes. */
  readonly value: Value | undefined;
}

interface CheckedFile {
  readonly file: ReadFile<PatternFile>;
  readonly compiled: CompiledPattern | undefined;
}

/** An observation with the patterns that use it. */
interface Observed {
  readonly value: ObservationFile;
  readonly yaml: YamlFile;
  /** Where it stands in its file. */
  readonly base: YamlPath;
  readonly patterns: readonly CompiledPattern[];
}

function isThere(folder: string, texts: FolderTexts | undefined): boolean {
  return folder === texts?.folder || existsSync(folder);
}

function readAll<Schema extends z.ZodType>(
  { folders, texts }: Pick<LoadPatternsParts, 'folders' | 'texts'>,
  schema: Schema,
  mistakes: string[],
): readonly ReadFile<z.output<Schema>>[] {
  const paths = new Map<string, string>();
  for (const folder of folders)
    for (const path of yamlFiles(folder, texts, mistakes)) paths.set(basename(path, '.yaml'), path);
  return [...paths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, path]) => {
      const text = texts?.files.get(path);
      const yaml = text === undefined ? readYamlFile(path) : parseYaml(path, text);
      const isShipped = dirname(path) === shippedPatternsFolder();
      mistakes.push(...yaml.mistakes);
      if (yaml.mistakes.length > 0) return { name, isShipped, yaml, value: undefined };
      const parsed = schema.safeParse(yaml.value);
      if (!parsed.success) report(mistakes, yaml, toMistakes(parsed.error.issues));
      return { name, isShipped, yaml, value: parsed.data };
    });
}

function yamlFiles(folder: string, texts: FolderTexts | undefined, mistakes: string[]): readonly string[] {
  const names = namesIn(folder, texts).filter((name) => !name.startsWith('.'));
  for (const name of names)
    if (name.endsWith('.yml')) mistakes.push(`${join(folder, name)}: Call it .yaml; .yml is not read`);
  const found = names.filter((name) => name.endsWith('.yaml')).sort();
  if (found.length > MAX_FILES) mistakes.push(`${folder}: ${found.length} files; at most ${MAX_FILES} are read`);
  return found.slice(0, MAX_FILES).map((name) => join(folder, name));
}

function namesIn(folder: string, texts: FolderTexts | undefined): readonly string[] {
  if (texts && (folder === texts.folder || folder === join(texts.folder, OBSERVATIONS)))
    return [...texts.files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return files.map(({ name }) => name);
}

function checkFile(
  file: ReadFile<PatternFile>,
  observations: readonly ReadFile<ObservationFile>[],
  mistakes: string[],
): CheckedFile {
  if (!file.value) return { file, compiled: undefined };
  const { observe } = file.value;
  const shared = observations.find(({ name }) => `${name}.yaml` === observe);
  if (typeof observe === 'string' && !shared) {
    const known = observations.map(({ name }) => `${name}.yaml`);
    report(mistakes, file.yaml, [
      { path: ['observe'], message: `observe: ${unknownWord('observation', [observe], known)}` },
    ]);
  }
  const checked = checkPattern(toPatternSpec(file.value, shared?.value), file.name);
  report(mistakes, file.yaml, checked.mistakes);
  return { file, compiled: checked.compiled };
}

function expressionsOf({ file, compiled }: CheckedFile): readonly UnprovenExpression[] {
  return (['expressions', 'continues'] as const).flatMap((list) =>
    (compiled?.spec[list] ?? []).map((expression, index) => ({
      source: compileGrok(expression).regExp.source,
      at: (message: string) => file.yaml.at([list, index], message),
    })),
  );
}

function observedBy(
  checked: readonly CheckedFile[],
  observations: readonly ReadFile<ObservationFile>[],
): readonly Observed[] {
  const inline = checked.flatMap(({ file, compiled }): Observed[] => {
    const observe = file.value?.observe;
    if (typeof observe !== 'object') return [];
    return [{ value: observe, yaml: file.yaml, base: ['observe'], patterns: compiled ? [compiled] : [] }];
  });
  const shared = observations.flatMap(({ name, value, yaml }): Observed[] => {
    if (!value) return [];
    const users = checked.filter(({ file }) => file.value?.observe === `${name}.yaml`);
    const compiled = users.flatMap((user) => user.compiled ?? []);
    // A field may be missing only because the pattern that has it is broken: that would be told as a second mistake.
    const patterns = compiled.length === users.length ? compiled : [];
    return users.length === 0 ? [] : [{ value, yaml, base: [], patterns }];
  });
  return [...shared, ...inline];
}

function checkWatches(
  observed: readonly Observed[],
  checkWatch: LoadPatternsParts['checkWatch'],
  mistakes: string[],
): readonly WatchSpec[] {
  const series = [...new Set(observed.flatMap(({ value }) => value.series.map(({ name }) => name)))];
  const watches = new Map<string, WatchSpec>();
  for (const { value, yaml, base, patterns } of observed) {
    const found = checkObservation(value, patterns);
    for (const [index, watch] of value.watches.map(toWatchSpec).entries()) {
      const path = ['watches', index];
      if (watches.has(watch.name)) found.push({ path, message: `watches: '${watch.name}' is there twice; rename one` });
      watches.set(watch.name, watch);
      found.push(...checkWatch(watch, series).map((message) => ({ path, message: `${watch.name}: ${message}` })));
    }
    report(
      mistakes,
      yaml,
      found.map((one) => ({ ...one, path: [...base, ...one.path] })),
    );
  }
  return [...watches.values()];
}

function report(mistakes: string[], yaml: YamlFile, found: readonly WordMistake[]): void {
  mistakes.push(...found.map(({ path, message, key }) => yaml.at(path, message, key)));
}
