/** Arms watches: what the pattern files and collectors bring, with what linesman.yaml says otherwise. */

import type { Config } from '../../config/config.ts';
import { checkOptions } from '../../config/options.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/parse/nearest.ts';
import type { DetectorPlugin, Options, WatchSpec } from '../../core/plugin.ts';
import type { ArmedWatch } from '../../engine/posts.ts';
import { withSeverity } from './checks.ts';

type Overrides = Config['watches'];

export interface ArmParts {
  readonly detectors: ReadonlyMap<string, DetectorPlugin>;
  readonly watches: readonly WatchSpec[];
  readonly overrides: Overrides;
}

/** Watches compiled and ready, those switched off left out; all mistakes of all watches in one UserError. */
export function armWatches(parts: ArmParts): readonly ArmedWatch[] {
  const mistakes = unknownNames(parts.watches, parts.overrides);
  const armed: ArmedWatch[] = [];
  for (const shipped of parts.watches) {
    const override = parts.overrides[shipped.name] ?? {};
    const watch = withOverride(shipped, override);
    const checked = checkWatch(watch, parts.detectors);
    mistakes.push(...checked.mistakes.map((mistake) => `watches.${watch.name}: ${mistake}`));
    const { runner, defaults } = checked;
    if (runner && override.enabled !== false)
      armed.push({ watch: { ...watch, options: checked.options }, runner, ...(defaults && { defaults }) });
  }
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const names = new Set(armed.map(({ watch }) => watch.name));
  return armed.map((one) => ({ ...one, watch: underArmed(one.watch, names) }));
}

/** Nothing is ever heard of a parent that is switched off: it explains nothing, and is not waited for. */
function underArmed({ parents, ...watch }: WatchSpec, names: ReadonlySet<string>): WatchSpec {
  const above = parents?.watches.filter((name) => names.has(name)) ?? [];
  return parents === undefined || above.length === 0 ? watch : { ...watch, parents: { ...parents, watches: above } };
}

/** Mistakes of one watch, for pattern files: unknown detector, unknown or wrong options. */
export function watchMistakes(watch: WatchSpec, detectors: ReadonlyMap<string, DetectorPlugin>): readonly string[] {
  return checkWatch(watch, detectors).mistakes;
}

type Checked = Pick<ArmedWatch['watch'], 'options'> & {
  readonly mistakes: readonly string[];
  readonly runner?: ArmedWatch['runner'];
  readonly defaults?: ArmedWatch['defaults'];
};

function checkWatch(watch: WatchSpec, detectors: ReadonlyMap<string, DetectorPlugin>): Checked {
  const detector = detectors.get(watch.detector);
  if (!detector) {
    const known = [...detectors.keys()];
    const guess = nearest(watch.detector, known);
    const mistake = `unknown detector "${watch.detector}"; ${guess ? `did you mean "${guess}"? ` : ''}known are ${known.join(', ')}`;
    return { options: {}, mistakes: [mistake] };
  }
  const { options, mistakes } = checkOptions(detector.options, watch.options);
  if (mistakes.length > 0) return { options, mistakes };
  try {
    return { options, mistakes: [], runner: detector.compile(options), defaults: defaultsOf(detector) };
  } catch (error) {
    if (error instanceof UserError) return { options, mistakes: [error.message] };
    throw error;
  }
}

function defaultsOf({ options }: DetectorPlugin): Options {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]])),
  );
}

function withOverride(watch: WatchSpec, override: Overrides[string]): WatchSpec {
  return {
    ...watch,
    severity: override.severity ?? watch.severity,
    clearAfterMs: override.clearAfter ?? watch.clearAfterMs,
    delivery: override.delivery ?? watch.delivery,
    options: { ...watch.options, ...override.options },
    ...(override.severity && watch.causes && { causes: withSeverity(watch.causes, override.severity) }),
  };
}

function unknownNames(watches: readonly WatchSpec[], overrides: Overrides): string[] {
  const known = watches.map(({ name }) => name);
  return Object.keys(overrides)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const guess = nearest(name, known);
      return `watches.${name}: there is no such watch; ${guess ? `did you mean "${guess}"? ` : ''}known are ${known.join(', ')}`;
    });
}
