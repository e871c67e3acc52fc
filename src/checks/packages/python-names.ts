/** When two names, or two versions, of Python packages are the same. */

/** PEP 503: case, and which of - _ . stands in it, say nothing. */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** PEP 440, as far as installers differ in how they write it: 1.0 is 1.0.0, and 2.1+cu118 is a build of 2.1. */
export function isSameVersion(wanted: string, installed: string): boolean {
  const [a, b] = [plain(wanted), plain(installed)];
  return a === b || (!a.includes('+') && a === plain(installed.split('+', 1)[0] ?? ''));
}

function plain(version: string): string {
  const [release = '', local] = version.trim().toLowerCase().replace(/^v/, '').split('+', 2);
  const short = release.replace(/(?:\.0)+$/, '').replace(/[-_.]?(a|b|rc|post|dev)[-_.]?(?=\d)/g, '$1');
  return local === undefined ? short : `${short}+${local.replaceAll(/[-_]/g, '.')}`;
}
