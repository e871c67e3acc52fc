/** Which of the files that changed are taken: all that are good, however many beside them are not. */

/** Path to text. */
export type Files = ReadonlyMap<string, string>;

/** What comes of files; or every mistake in them, those of a file with its path before them. */
export type Tried<Loaded> = { readonly loaded: Loaded } | { readonly mistakes: readonly string[] };

export interface GoodFiles<Loaded> {
  /** Those that are in force now: of a file that is refused what it said before. */
  readonly files: Files;
  /** What comes of them; undefined where they are those before. */
  readonly loaded: Loaded | undefined;
  /** Path of a file that is refused, or kept although it is gone, to its mistakes. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
}

/** `before` were good. */
export async function takeGoodFiles<Loaded>(
  before: Files,
  found: Files,
  load: (files: Files) => Promise<Tried<Loaded>>,
): Promise<GoodFiles<Loaded>> {
  const refused = new Map<string, readonly string[]>();
  let files = found;
  for (;;) {
    const changed = changedPaths(before, files);
    if (changed.length === 0) return { files: before, loaded: undefined, refused };
    const tried = await load(files);
    if ('loaded' in tried) return { files, loaded: tried.loaded, refused };
    const blamed = changed.filter((path) => mistakesOf(path, tried.mistakes).length > 0);
    // A mistake that only several files make together, or one that is gone, names none of them.
    if (blamed.length === 0) return await oneByOne({ before, found: files, load, refused });
    for (const path of blamed) {
      refused.set(path, mistakesOf(path, tried.mistakes));
      files = withFile(files, path, before.get(path));
    }
  }
}

/** Paths whose text is another one, or that are only in one of them. */
export function changedPaths(before: Files, found: Files): readonly string[] {
  return [...new Set([...before.keys(), ...found.keys()])].filter((path) => before.get(path) !== found.get(path));
}

async function oneByOne<Loaded>(parts: {
  readonly before: Files;
  readonly found: Files;
  readonly load: (files: Files) => Promise<Tried<Loaded>>;
  readonly refused: Map<string, readonly string[]>;
}): Promise<GoodFiles<Loaded>> {
  const { before, found, load, refused } = parts;
  let good: Pick<GoodFiles<Loaded>, 'files' | 'loaded'> = { files: before, loaded: undefined };
  let pending = changedPaths(before, found);
  for (let isMore = true; isMore; ) {
    isMore = false;
    for (const path of pending) {
      const files = withFile(good.files, path, found.get(path));
      const tried = await load(files);
      if ('mistakes' in tried) {
        refused.set(path, tried.mistakes);
        continue;
      }
      good = { files, loaded: tried.loaded };
      refused.delete(path);
      isMore = true;
    }
    pending = changedPaths(good.files, found);
  }
  return { ...good, refused };
}

function mistakesOf(path: string, mistakes: readonly string[]): readonly string[] {
  return mistakes.filter((mistake) => mistake.startsWith(`${path}:`));
}

/** Undefined: without it. */
function withFile(files: Files, path: string, text: string | undefined): Files {
  const others = new Map(files);
  if (text === undefined) others.delete(path);
  else others.set(path, text);
  return others;
}
