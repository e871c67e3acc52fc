/**
 * The shipped level detector with other constants. They stand as numbers in its sources, since nothing but this asks for others:
 * a variant is loaded from the same sources with these numbers replaced, so that all else is what is shipped.
 */
import { registerHooks } from 'node:module';
import type { LevelModule } from './level-scores.ts';

interface Constant {
  readonly file: string;
  /** Stands in the file once; what it captures is the constant. */
  readonly place: RegExp;
  /** Rounded; else any number does. */
  readonly isWhole?: boolean;
}

/** Weights, floors, widths, memories and cool-down. */
export const LEVEL_CONSTANTS: readonly Constant[] = [
  { file: 'level.ts', place: /DRIFT_WEIGHT = ([\d._]+)/ },
  { file: 'memory.ts', place: /const FLOOR = ([\d._]+)/ },
  { file: 'memory.ts', place: /QUARANTINED_FLOOR = ([\d._]+)/ },
  { file: 'parts.ts', place: /RECENT_WEIGHT = ([\d._]+)/ },
  { file: 'tail.ts', place: /HELD_MAX = ([\d._]+)/, isWhole: true },
  { file: 'tail.ts', place: /RAISE = ([\d._]+)/ },
  { file: 'season.ts', place: /ODD_VALUE = ([\d._]+)/ },
  { file: 'season.ts', place: /ODD_ERROR = ([\d._]+)/ },
  { file: 'season.ts', place: /ERROR_WEIGHT = ([\d._]+)/ },
  { file: 'layout.ts', place: /periodMs: DAY_MS, buckets: (16)/, isWhole: true },
  { file: 'layout.ts', place: /periodMs: DAY_MS, buckets: (48)/, isWhole: true },
  { file: 'layout.ts', place: /buckets: \d+, weight: ([\d._]+), minVisits: 3/ },
  { file: 'pace.ts', place: /quarantineAfter: .*\(([\d._]+) \* DAY_S/ },
  { file: 'pace.ts', place: /\bgeneration: .*\(([\d._]+) \* DAY_S/ },
  { file: 'pace.ts', place: /quarantinedGeneration: .*\(([\d._]+) \* DAY_S/ },
  { file: 'pace.ts', place: /coolDown: .*\(([\d._]+) \* HOUR_S/ },
  { file: 'pace.ts', place: /minutes: .*-step \/ ([\d._]+)/ },
  { file: 'pace.ts', place: /usualMean: step \/ \(([\d._]+) \* DAY_S/ },
  { file: 'pace.ts', place: /offset: ([\d._]+) \* Math\.log10/ },
];

const FOLDER = new URL('../../../src/core/detect/level/', import.meta.url).href;

/** `times`: what each of LEVEL_CONSTANTS is multiplied by, in their order. Throws where one is not in its file any more. */
export async function levelVariant(name: string, times: readonly number[]): Promise<LevelModule> {
  const mark = `?variant=${name}`;
  const changed = new Set<Constant>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isOurs = context.parentURL?.endsWith(mark) && resolved.url.startsWith(FOLDER);
      return isOurs ? { ...resolved, url: resolved.url + mark } : resolved;
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(mark)) return loaded;
      const file = url.slice(FOLDER.length, -mark.length);
      const source = LEVEL_CONSTANTS.reduce(
        (text, constant, at) => {
          if (constant.file !== file) return text;
          changed.add(constant);
          return withConstant(text, constant, times[at] ?? 1);
        },
        String(Buffer.from(loaded.source as Uint8Array)),
      );
      return { ...loaded, source };
    },
  });
  try {
    const variant: LevelModule = await import(`${FOLDER}level.ts${mark}`);
    const missing = LEVEL_CONSTANTS.filter((constant) => !changed.has(constant)).map(({ file }) => file);
    if (missing.length > 0) throw new Error(`level.ts does not load ${[...new Set(missing)].join(', ')} any more`);
    return variant;
  } finally {
    hooks.deregister();
  }
}

function withConstant(source: string, { file, place, isWhole }: Constant, times: number): string {
  const found = [...source.matchAll(new RegExp(place, 'g'))];
  const [whole = '', number = ''] = found[0] ?? [];
  if (found.length !== 1) throw new Error(`${place} is in level/${file} ${found.length} times: mend LEVEL_CONSTANTS`);
  const value = Number(number.replaceAll('_', '')) * times;
  const changed = String(isWhole ? Math.max(1, Math.round(value)) : value);
  // The constant stands last in what was found, but for what follows it.
  const at = whole.lastIndexOf(number);
  return source.replace(whole, whole.slice(0, at) + changed + whole.slice(at + number.length));
}
