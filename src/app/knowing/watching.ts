/** Loads what linesman knows to watch: patterns, detectors, collectors, and the watches they bring, armed. */
import { dirname } from 'node:path';
import { type BuiltPatterns, readBuiltPatterns } from '../../config/built-patterns.ts';
import type { Config } from '../../config/config.ts';
import type { UnprovenExpression } from '../../config/expression-safety.ts';
import type { FolderTexts } from '../../config/patterns.ts';
import { UserError } from '../../core/errors.ts';
import type { CompiledPattern } from '../../core/parse/pattern.ts';
import type { CollectorPlugin, MachinePlaces, WatchSpec } from '../../core/plugin.ts';
import type { ArmedWatch } from '../../engine/posts.ts';
import { loadCollectors, loadDetectors } from '../../registry.ts';
import { SELF_WATCHES } from '../self.ts';
import type { KnownCheck, KnownChecks } from './checks.ts';
import { nameMistakes } from './named.ts';
import { type NginxLogs, readNginx } from './nginx-logs.ts';
import { armWatches, watchMistakes } from './watches.ts';

type NamedSpec = Pick<CompiledPattern, 'name' | 'spec'>;

export interface Watching extends Known {
  /** Watches on log sources. */
  readonly lineWatches: readonly ArmedWatch[];
  /** Watches on the machine's figures. */
  readonly machineWatches: readonly ArmedWatch[];
  readonly collectors: readonly CollectorPlugin[];
  /** What is asked again and again; its watches are among those of the machine. */
  readonly checks: readonly KnownCheck[];
  /** Where those look; absent: there are none. */
  readonly places?: MachinePlaces | undefined;
}

/** What patterns bring, before it is armed: plain data, as one thread hands it to another. */
export interface Known {
  /** The operator's before those shipped, each by name; then those made of an nginx.conf. */
  readonly patterns: readonly NamedSpec[];
  readonly watches: readonly WatchSpec[];
  /** Of expressions that are slow, or that nobody could judge, and of an nginx.conf that is broken. */
  readonly warnings: readonly string[];
  /** What the nginx.conf of this machine says of its logs; undefined where none is read. */
  readonly nginx?: NginxLogs | undefined;
}

interface LoadOptions {
  /** Expressions are judged that were judged before, and nothing is written. */
  readonly judgeAgain?: boolean;
  /** Nothing of the machine is judged: its plug-ins are loaded only where settings name something of it. */
  readonly isForLines?: boolean;
  /** Of the operator's folder, where it was read before. */
  readonly texts?: FolderTexts | undefined;
}

/** Throws UserError('CONFIG') with all mistakes of the pattern files, all of their expressions or all of the watches. */
export async function loadWatching(config: Config, options: LoadOptions = {}): Promise<Watching> {
  return await armKnown(config, await loadKnown(config, options), options);
}

/** Throws UserError('CONFIG') with all mistakes of the pattern files, or all of their expressions. */
export async function loadKnown(config: Config, { judgeAgain = false, texts }: LoadOptions = {}): Promise<Known> {
  // Who asks for a check means the files as they stand.
  const built = config.patterns === undefined && !judgeAgain ? await readBuiltPatterns() : undefined;
  const loaded = built ? ofBuilt(built) : await loadFiles(config, texts);
  const warnings = await judge(loaded.unproven, judgeAgain ? undefined : config.data);
  const patterns = loaded.patterns.map(({ name, spec }) => ({ name, spec }));
  const nginx = await readNginx(config, patterns, texts && pathsOf(texts));
  return {
    patterns: [...patterns, ...nginx.patterns],
    watches: loaded.watches,
    warnings: [...warnings, ...nginx.warnings],
    nginx: nginx.logs,
  };
}

/** Of patterns: what several of them observe stands in a folder of its own. */
function pathsOf({ folder, files }: FolderTexts): readonly string[] {
  return [...files.keys()].filter((path) => dirname(path) === folder);
}

const NO_CHECKS: KnownChecks = { checks: [], watches: [], mistakes: [] };

/** Throws UserError('CONFIG') with all names that are unknown, or all mistakes of the watches. */
export async function armKnown(config: Config, known: Known, options: LoadOptions = {}): Promise<Watching> {
  const isMachineNeeded = options.isForLines !== true || namesMachine(config);
  const [detectors, plugins] = await Promise.all([loadDetectors(), isMachineNeeded ? loadCollectors() : new Map()]);
  const checks: KnownChecks =
    config.checks.length === 0 ? NO_CHECKS : await (await import('./know-checks.ts')).knowChecks(config);
  const patterns = known.patterns.map(({ name }) => name);
  const mistakes = [...nameMistakes(config, { patterns, collectors: plugins }), ...checks.mistakes];
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const collectors = [...plugins.values()].filter(({ name }) => config.collectors[name]?.enabled !== false);
  const ofMachine = [...collectors.flatMap(({ watches }) => watches), ...checks.watches, ...SELF_WATCHES];
  const armed = armWatches({ detectors, watches: [...known.watches, ...ofMachine], overrides: config.watches });
  const machineNames = new Set(ofMachine.map(({ name }) => name));
  return {
    ...known,
    lineWatches: armed.filter(({ watch }) => !machineNames.has(watch.name)),
    machineWatches: armed.filter(({ watch }) => machineNames.has(watch.name)),
    collectors,
    checks: checks.checks,
    places: checks.places,
  };
}

/** A name of a watch may be one of the machine's. */
function namesMachine({ watches, collectors, checks }: Config): boolean {
  return checks.length > 0 || [watches, collectors].some((named) => Object.keys(named).length > 0);
}

interface Loaded {
  readonly patterns: readonly NamedSpec[];
  readonly watches: readonly WatchSpec[];
  readonly unproven: readonly UnprovenExpression[];
}

function ofBuilt({ patterns, watches }: BuiltPatterns): Loaded {
  return { patterns: patterns.map((spec) => ({ name: spec.name, spec })), watches, unproven: [] };
}

/** The packages that read YAML and check it are a third of a start, so they are loaded only here. */
async function loadFiles({ patterns }: Config, texts: FolderTexts | undefined): Promise<Loaded> {
  const [detectors, { loadPatterns, shippedPatternsFolder }] = await Promise.all([
    loadDetectors(),
    import('../../config/patterns.ts'),
  ]);
  return loadPatterns({
    folders: [shippedPatternsFolder(), ...(patterns ? [patterns] : [])],
    texts,
    checkWatch: (watch) => watchMistakes(watch, detectors),
  });
}

async function judge(unproven: Loaded['unproven'], folder: string | undefined): Promise<readonly string[]> {
  if (unproven.length === 0) return [];
  const { checkSafety } = await import('./judged-expressions.ts');
  return await checkSafety(unproven, folder);
}
