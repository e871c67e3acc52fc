/** Checks of linesman.yaml compiled, each with its watch; all mistakes of all of them at once. */
import type { CheckConfig } from '../../config/config.ts';
import { checkOptions } from '../../config/options.ts';
import {
  type Causes,
  type CheckContext,
  type CheckPlugin,
  type CheckRunner,
  type Confirm,
  checkWatchName,
} from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import type { MachinePlaces, WatchSpec } from '../../core/plugin.ts';
import type { Severity } from '../../core/types.ts';
import { unknownName } from './named.ts';

/** What is asked again and again, compiled. Times in ms. */
export interface KnownCheck {
  readonly name: string;
  readonly kind: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly settleMs: number;
  readonly confirm: Confirm;
  /** As the kind made it, with the causes that all kinds have. */
  readonly runner: CheckRunner;
  /** As it was written down: whoever has the same is the same check. */
  readonly config: CheckConfig;
}

export interface KnownChecks {
  readonly checks: readonly KnownCheck[];
  /** One for each check. */
  readonly watches: readonly WatchSpec[];
  /** One sentence each. */
  readonly mistakes: readonly string[];
  /** Where they look, so that collectors look there by the same object, and share what was read; absent: there are none. */
  readonly places?: MachinePlaces | undefined;
}

/** Cause of a reading that did not end in its time, where the kind says nothing of it itself. */
export const HANGS = 'hangs';

const RANK = 3;
/** So many readings in a row are well where it is over. */
const CLEAR_READINGS = 2;
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

export function compileChecks(
  configs: readonly CheckConfig[],
  plugins: ReadonlyMap<string, CheckPlugin>,
  context: Omit<CheckContext, 'name'>,
): KnownChecks {
  const compiled = configs.map((config) => compileOne(config, plugins, context));
  const checks = compiled.flatMap((one) => ('check' in one ? [one.check] : []));
  return {
    checks,
    watches: checks.map((check) => watchOf(check, checks)),
    mistakes: compiled.flatMap((one) => ('mistakes' in one ? one.mistakes : [])),
  };
}

type Compiled = { readonly check: KnownCheck } | { readonly mistakes: readonly string[] };

function compileOne(
  config: CheckConfig,
  plugins: ReadonlyMap<string, CheckPlugin>,
  context: Omit<CheckContext, 'name'>,
): Compiled {
  const { name, kind } = config;
  const wrong = (mistakes: readonly string[]) => ({ mistakes: mistakes.map((one) => `checks: ${name}: ${one}`) });
  const plugin = plugins.get(kind);
  if (!plugin) return wrong([unknownName('kind', kind, [...plugins.keys()])]);
  const { options, mistakes } = checkOptions(plugin.options, config.options);
  if (mistakes.length > 0) return wrong(mistakes);
  try {
    const runner = plugin.compile(options, { ...context, name });
    return { check: { name, kind, config, ...timesOf(config, plugin), runner: withHangs(runner, name) } };
  } catch (error) {
    if (error instanceof UserError) return wrong(error.message.split('\n'));
    throw error;
  }
}

function timesOf(config: CheckConfig, plugin: CheckPlugin) {
  return {
    everyMs: config.every ?? plugin.everyMs,
    timeoutMs: config.timeout ?? plugin.timeoutMs,
    settleMs: config.settle,
    confirm: config.confirm ?? plugin.confirm,
  };
}

function withHangs(runner: CheckRunner, name: string): CheckRunner {
  return {
    target: runner.target,
    causes: { [HANGS]: hangsOf(name), ...runner.causes },
    run: async (signal) => await runner.run(signal),
  };
}

function hangsOf(name: string): Causes[string] {
  return {
    title: `Check ${name} does not answer`,
    severity: 'warning',
    why: 'Not even a failure came back in its time, as from a disk or a network mount that hangs. How the thing itself is, nobody knows.',
    whatToDo: `Ask it by hand: \`linesman check ${name}\`. Look for programs that wait for a disk: \`ps -eo pid,state,wchan:30,args | grep ' D '\`.`,
  };
}

function watchOf(check: KnownCheck, all: readonly KnownCheck[]): WatchSpec {
  const { name, runner, config, everyMs, confirm } = check;
  const causes = config.severity === undefined ? runner.causes : withSeverity(runner.causes, config.severity);
  const above = ancestorsOf(check, all);
  return {
    name: checkWatchName(name),
    detector: 'check',
    options: { check: name, causes: Object.keys(causes).join(','), every: everyMs },
    severity: worstOf(causes),
    clearAfterMs: config.clearAfter ?? CLEAR_READINGS * everyMs,
    ...(config.delivery && { delivery: config.delivery }),
    rank: RANK,
    title: `Check ${name}`,
    why: `What is asked of ${runner.target} fails.`,
    whatToDo: `Ask it by hand: \`linesman check ${name}\`.`,
    causes,
    confirm,
    ...(above.length > 0 && { parents: parentsOf(above) }),
  };
}

/** Each as severe as the operator says. */
export function withSeverity(causes: Causes, severity: Severity): Causes {
  return Object.fromEntries(Object.entries(causes).map(([cause, spec]) => [cause, { ...spec, severity }]));
}

function worstOf(causes: Causes): Severity {
  const ranks = Object.values(causes).map(({ severity }) => SEVERITIES.indexOf(severity));
  return SEVERITIES[Math.max(...ranks)] ?? 'warning';
}

/** Nearest first; linesman.yaml has no circles. */
function ancestorsOf({ config }: KnownCheck, all: readonly KnownCheck[]): readonly KnownCheck[] {
  const parent = all.find(({ name }) => name === config.parent);
  return parent ? [parent, ...ancestorsOf(parent, all)] : [];
}

/** What fails at the same moment as its parent waits until the slowest of them was asked again. */
function parentsOf(above: readonly KnownCheck[]): WatchSpec['parents'] {
  return {
    watches: above.map(({ name }) => checkWatchName(name)),
    waitMs: Math.max(...above.map(({ everyMs, timeoutMs }) => everyMs + timeoutMs)),
  };
}
