/** The watches on access logs as they are shipped, compiled; those by a label are left out, since the drawn traffic is one site. */
import { checkOptions } from '../../../src/config/options.ts';
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { loadDetectors } from '../../../src/registry.ts';
import type { Watched } from './watched-traffic.ts';

/** Series that drawn-traffic.ts draws. */
const DRAWN = ['http.requests', 'http.5xx', 'http.4xx', 'http.404', 'http.latency'];

export async function shippedWatches(): Promise<readonly Watched[]> {
  const detectors = await loadDetectors();
  const { watches } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  return watches.flatMap((watch) => {
    const detector = detectors.get(watch.detector);
    if (detector === undefined || watch.by !== undefined) return [];
    const { options, mistakes } = checkOptions(detector.options, watch.options);
    if (mistakes.length > 0) return [];
    const runner = detector.compile(options);
    return runner.inputs.every((input) => DRAWN.includes(input)) ? [{ watch: { ...watch, options }, runner }] : [];
  });
}
