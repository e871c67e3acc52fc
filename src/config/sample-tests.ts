/** The samples of pattern files as tests: each by itself, also where others of its file fail. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { createCandidates, lackText } from '../core/parse/candidates.ts';
import { compilePattern, type PatternSpec } from '../core/parse/pattern.ts';
import { checkPattern } from './pattern-check.ts';
import { observationSchema, type PatternFile, patternSchema } from './pattern-schema.ts';
import { toPatternSpec } from './pattern-spec.ts';
import { shippedPatternsFolder } from './patterns.ts';
import { toMistakes, unknownWord, type WordMistake } from './words.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

export interface SampleTest {
  /** Path of the file. */
  readonly file: string;
  /** 'sample 3', 'reject 1', or 'file': all that is no sample. */
  readonly name: string;
  /** The sample's line; '' of a file. */
  readonly line: string;
  /** Each with its place in the file; none where all is well. */
  readonly mistakes: readonly string[];
}

/** Of the pattern files at these paths, files or folders, in their order. Throws UserError('INPUT') where there is none. */
export function sampleTests(paths: readonly string[]): readonly SampleTest[] {
  return paths.flatMap(filesAt).flatMap(testsOf);
}

function filesAt(path: string): readonly string[] {
  if (!existsSync(path)) throw new UserError('INPUT', `${path} is not there; name a pattern file or a folder of them`);
  const state = statSync(path);
  // A fifo would be waited for.
  if (!state.isFile() && !state.isDirectory()) throw new UserError('INPUT', `${path} is no file; name a pattern file`);
  if (state.isFile()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.yaml') && !name.startsWith('.'));
  if (names.length === 0)
    throw new UserError('INPUT', `${path} holds no pattern file; they end in .yaml (docs/PATTERNS.md shows one)`);
  return names.sort().map((name) => join(path, name));
}

function testsOf(file: string): readonly SampleTest[] {
  const yaml = readYamlFile(file);
  const whole = (mistakes: readonly string[]): SampleTest => ({ file, name: 'file', line: '', mistakes });
  if (yaml.mistakes.length > 0) return [whole(yaml.mistakes)];
  const parsed = patternSchema.safeParse(yaml.value);
  if (!parsed.success) return [whole(placed(yaml, toMistakes(parsed.error.issues)))];
  const mistakes = mistakesOf(file, parsed.data);
  const ofFile = mistakes.filter(({ path }) => !isOfSample(path));
  // Without a pattern no sample was tried.
  if (ofFile.length > 0) return [whole(placed(yaml, ofFile))];
  return [whole([]), ...samplesOf(file, parsed.data, (path) => placed(yaml, mistakes.filter(isAt(path))))];
}

function mistakesOf(file: string, value: PatternFile): readonly WordMistake[] {
  const { observe } = value;
  const observation = typeof observe === 'string' ? sharedObservation(file, observe) : {};
  if ('message' in observation) return [{ path: ['observe'], message: observation.message }];
  const spec = toPatternSpec(value, observation.value);
  const { mistakes } = checkPattern(spec, basename(file, '.yaml'));
  return mistakes.every(({ path }) => isOfSample(path)) ? [...mistakes, ...howFar(spec)] : mistakes;
}

/** Of samples that the pattern does not match: up to where it does. */
function howFar(spec: PatternSpec): readonly WordMistake[] {
  const pattern = compilePattern(spec);
  const rank = createCandidates([pattern]);
  return spec.samples.flatMap(({ line }, index): WordMistake[] => {
    const [best] = pattern.match(line) ? [] : rank(line);
    if (!best?.reached) return [];
    return [{ path: ['samples', index], message: `It matches up to letter ${best.reached.at}, and ${lackText(best)}` }];
  });
}

type Shared = Parameters<typeof toPatternSpec>[1];

/** Of the file's own folder, else the shipped one. */
function sharedObservation(file: string, name: string): { readonly value?: Shared } | { readonly message: string } {
  const paths = [dirname(file), shippedPatternsFolder()].map((folder) => join(folder, 'observations', name));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) return { message: `observe: ${unknownWord('observation', [name], knownAt(paths))}` };
  const parsed = observationSchema.safeParse(readYamlFile(found).value);
  return parsed.success ? { value: parsed.data } : { message: `observe: ${found} has mistakes of its own` };
}

function knownAt(paths: readonly string[]): readonly string[] {
  return paths.map((path) => dirname(path)).flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
}

function samplesOf(
  file: string,
  { samples, rejects }: PatternFile,
  mistakesAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly SampleTest[] {
  const test = (list: 'samples' | 'rejects', line: string, index: number): SampleTest => ({
    ...{ file, name: `${list.slice(0, -1)} ${index + 1}`, line },
    mistakes: mistakesAt([list, index]),
  });
  return [
    ...samples.map(({ line }, index) => test('samples', line, index)),
    ...rejects.map((line, index) => test('rejects', line, index)),
  ];
}

function isOfSample([list, index]: readonly PropertyKey[]): boolean {
  return (list === 'samples' || list === 'rejects') && index !== undefined;
}

function isAt([list, index]: readonly PropertyKey[]): (mistake: WordMistake) => boolean {
  return ({ path }) => path[0] === list && path[1] === index;
}

function placed(yaml: YamlFile, mistakes: readonly WordMistake[]): readonly string[] {
  return mistakes.map(({ path, message, key }) => yaml.at(path, message, key));
}
