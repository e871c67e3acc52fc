/** The stories in fixtures/, for whoever replays them: tests here, and the same comparison on what was built. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findStories, type Story } from '../../src/app/replay/stories.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export function fixtures(): readonly Story[] {
  return findStories(FIXTURES).stories;
}

/** Throws where there is none of this name. */
export function fixture(name: string): Story {
  const [story] = findStories(join(FIXTURES, name)).stories;
  if (!story) throw new Error(`fixtures/${name} is no story`);
  return story;
}

/** Arguments of `linesman` that compare a replay of it with its golden story: exit 0 if they are the same. */
export function comparison({ inputs, machine, expected, config }: Story): readonly string[] {
  const given = [...(machine ? ['--machine', machine] : []), ...(config ? ['--config', config] : [])];
  return ['replay', ...inputs, '--expect', expected, ...given];
}
