/** The stories in fixtures/, for whoever replays them: tests here, and the same comparison on what was built. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export interface Fixture {
  readonly name: string;
  /** Paths, in the order of their names. */
  readonly inputs: readonly string[];
  readonly expected: string;
  readonly config?: string;
}

export function fixtures(): readonly Fixture[] {
  return readdirSync(FIXTURES).sort().map(fixture);
}

export function fixture(name: string): Fixture {
  const folder = join(FIXTURES, name);
  const input = join(folder, 'input');
  const inputs = readdirSync(input).sort();
  const config = join(folder, 'linesman.yaml');
  return {
    ...{ name, inputs: inputs.map((file) => join(input, file)), expected: join(folder, 'expected.txt') },
    ...(existsSync(config) && { config }),
  };
}

/** Arguments of `linesman` that compare a replay of it with its golden story: exit 0 if they are the same. */
export function comparison({ inputs, expected, config }: Fixture): readonly string[] {
  return ['replay', ...inputs, '--expect', expected, ...(config ? ['--config', config] : [])];
}
