/** Whether what a watch has learnt is of what it judges now: who judges what, but not with which limits. */
import type { Options } from '../core/plugin.ts';
import type { ArmedWatch } from './posts.ts';

/** Other numbers are other limits, for which nothing has to be learnt anew, but for the length of what is judged. */
export function judgesOf({ watch, runner }: ArmedWatch): string {
  const { window } = watch.options;
  const options = Object.fromEntries(textsOf(watch.options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify([watch.detector, watch.by, runner.everyMs, window, options]);
}

/** `stored` may be of an earlier version: an option that it did not know was what it is where nobody sets it. */
export function judgesSame(stored: string, judges: string, defaults: Options = {}): boolean {
  if (stored === judges || stored === '') return stored === judges;
  return completed(stored, defaults) === completed(judges, defaults);
}

function completed(judges: string, defaults: Options): string {
  const [options, ...others] = (JSON.parse(judges) as readonly unknown[]).toReversed();
  const all = { ...Object.fromEntries(textsOf(defaults)), ...(options as Options) };
  return JSON.stringify([others, Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function textsOf(options: Options) {
  return Object.entries(options).filter(([, value]) => typeof value === 'string');
}
