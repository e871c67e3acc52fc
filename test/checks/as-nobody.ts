/** A program of the tests: runs checks of one kind as the user nobody and prints their causes as JSON. Needs root to start. */
import type { CheckPlugin } from '../../src/core/check.ts';
import { started } from './running.ts';

const { kind, options } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly kind: string;
  readonly options: readonly Readonly<Record<string, unknown>>[];
};
const NOBODY = 65_534;
const { check } = (await import(`../../src/checks/${kind}.ts`)) as { readonly check: CheckPlugin };
const checks = options.map((one) => started(check, { options: one }));
process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);
const causes: (string | null)[] = [];
for (const one of checks) causes.push((await one.read()).cause ?? null);
process.stdout.write(JSON.stringify(causes));
