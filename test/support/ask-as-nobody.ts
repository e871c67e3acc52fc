/** Program of nobody.ts: loads a check while it may, becomes another user, and prints what the check says. */
import type { CheckPlugin } from '../../src/core/check.ts';
import type { MachinePlaces, OptionValue } from '../../src/core/plugin.ts';
import { askedCheck } from './places.ts';

const NOBODY = 65_534;

const { kind, options, places } = JSON.parse(process.argv[2] ?? '') as {
  readonly kind: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly places: MachinePlaces;
};
const { check } = (await import(`../../src/checks/${kind}.ts`)) as { readonly check: CheckPlugin };
process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);
process.stdout.write(JSON.stringify(await askedCheck(check, options, { places }).ask()));
