/**
 * Says which packages package-lock.json names as a dependency and does not hold. npm leaves out the newest ones made for
 * other platforms, and `npm ci` of another npm then refuses the whole file.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedPackage>>;

/** One sentence for each that is missing. */
export function missingPackages(packages: Packages): string[] {
  return Object.entries(packages).flatMap(([path, { version, dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isThere(packages, path, name))
      .map((name) => `${path === '' ? 'package.json' : `${path} ${version}`} needs ${name}, which is not there`),
  );
}

/** As Node looks for it: in the package's own node_modules, then in those above. */
function isThere(packages: Packages, path: string, name: string): boolean {
  if (Object.hasOwn(packages, `${path === '' ? '' : `${path}/`}node_modules/${name}`)) return true;
  if (path === '') return false;
  return isThere(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}

if (import.meta.main) {
  const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  const missing = missingPackages(JSON.parse(readFileSync(file, 'utf8')).packages);
  for (const sentence of missing) process.stdout.write(`${sentence}\n`);
  process.stdout.write(missing.length === 0 ? 'package-lock.json is complete\n' : `${missing.length} missing\n`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
