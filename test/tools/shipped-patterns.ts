/** The shipped pattern files as plain data, as a build keeps them. */
import { watchMistakes } from '../../src/app/knowing/watches.ts';
import type { BuiltPatterns } from '../../src/config/built-patterns.ts';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { loadDetectors } from '../../src/registry.ts';

/** With every check that a start would do, samples among them: a start needs no more of those. Throws where they have mistakes. */
export async function shippedPatterns(): Promise<BuiltPatterns> {
  const detectors = await loadDetectors();
  const { patterns, watches } = loadPatterns({
    folders: [shippedPatternsFolder()],
    checkWatch: (watch) => watchMistakes(watch, detectors),
  });
  return { patterns: patterns.map(({ spec }) => ({ ...spec, samples: [], rejects: [] })), watches };
}
