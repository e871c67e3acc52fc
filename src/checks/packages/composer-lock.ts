/** composer.lock, and what composer says it installed. getcomposer.org. */
import { asObject, asText, jsonObject, type Wanted } from './wanted.ts';

export function composerWanted(text: string, isWithDev: boolean): readonly Wanted[] {
  const lock = jsonObject(text);
  const lists = isWithDev ? [lock.packages, lock['packages-dev']] : [lock.packages];
  return lists.flatMap((list) =>
    entriesOf(list).map(({ name, version }) => ({
      name,
      isOptional: false,
      versions: version === '' ? [] : [version],
    })),
  );
}

/** Name to version, of vendor/composer/installed.json in its two formats; a package of nothing but others has no folder. */
export function composerInstalled(
  text: string,
): ReadonlyMap<string, { readonly version: string; readonly hasFolder: boolean }> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Map();
  }
  const list = Array.isArray(value) ? value : asObject(value)?.packages;
  return new Map(
    entriesOf(list).map(({ name, version, type }) => [name, { version, hasFolder: type !== 'metapackage' }]),
  );
}

/** Composer takes names for the same whatever their case. */
function entriesOf(list: unknown) {
  return (Array.isArray(list) ? list : []).flatMap((value: unknown) => {
    const one = asObject(value);
    const name = asText(one?.name)?.toLowerCase();
    if (name === undefined || !/^[a-z0-9_.-]+\/[a-z0-9_.-]+$/.test(name) || name.includes('..')) return [];
    return [{ name, version: asText(one?.version) ?? '', type: asText(one?.type) }];
  });
}
