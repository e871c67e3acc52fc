/** package-lock.json and npm-shrinkwrap.json, versions 2 and 3: every folder that npm makes, with the version in it. docs.npmjs.com. */
import { asObject, asText, BadLockfile, jsonObject, type Wanted } from './wanted.ts';

/** What npm leaves out on other systems. */
const SYSTEMS = ['os', 'cpu', 'libc'];
/** Below a node_modules folder, and by no way out of it. */
const PLACE = /^(?:(?!\.\.?(?:\/|$))[^/]+\/)*node_modules\/(?:@[^/]+\/)?(?!\.\.?$)[^/]+$/;

export function npmWanted(text: string, isWithDev: boolean): readonly Wanted[] {
  const packages = asObject(jsonObject(text).packages);
  if (!packages)
    throw new BadLockfile(
      'it has no "packages", as those of npm before 7: npm install --package-lock-only writes a new one',
    );
  return Object.entries(packages).flatMap(([path, value]) => {
    const one = asObject(value);
    // Links lead to folders of the project, which are no packages.
    if (!one || one.link === true || !PLACE.test(path)) return [];
    if (one.dev === true && !isWithDev) return [];
    const isOptional =
      one.optional === true || one.devOptional === true || SYSTEMS.some((key) => one[key] !== undefined);
    const version = asText(one.version);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [{ name, path, isOptional, versions: version === undefined ? [] : [version] }];
  });
}
