/** What keeps the logs of a source from being read, as states with commands; asked by the service and by `linesman doctor`. */
import { NGINX_CONF_OFF } from '../../config/nginx-conf.ts';
import { missingRemedies, outputRemedies, rightsRemedies, shutRemedies } from '../../core/reading/remedies.ts';
import type { State, Surroundings } from '../../core/reading/state.ts';
import { expandGlob } from '../../sources/glob.ts';
import { findTroubles, type Trouble } from '../../sources/troubles.ts';

const NAMED_MAX = 20;
/** Where logs of Nginx stand: its packages, and where containers have them mounted. */
const USUAL_GLOBS = ['/var/log/nginx/*.log', '/logs/*.log', '/logs/nginx/*.log'];

/** `named`: globs or files that something else names as logs, as nginx.conf does; they are looked at first. */
export async function probeLogs(
  globs: readonly string[],
  where: Surroundings,
  named: readonly string[] = [],
): Promise<readonly State[]> {
  const troubles = await findTroubles(globs);
  const isMissing = troubles.some(({ kind }) => kind === 'missing');
  const elsewhere = isMissing ? await findElsewhere([...named, ...USUAL_GLOBS], globs) : [];
  const links = troubles.flatMap((trouble) => (trouble.kind === 'output' ? [trouble.path] : []));
  return troubles.map((trouble) => stateOf(trouble, where, { links, elsewhere }));
}

/** Paths that an nginx.conf names; nothing where none is read, or it cannot be. */
export async function logsNamedIn(nginxConf: string | undefined): Promise<readonly string[]> {
  if (nginxConf === undefined || nginxConf === NGINX_CONF_OFF) return [];
  const { readNginxLogs } = await import('../../config/nginx/read-logs.ts');
  const { accessLogs, errorLogs } = readNginxLogs(nginxConf);
  const paths = [...accessLogs, ...errorLogs].map(({ path }) => path);
  // What is made of variables is no name, and a relative one is relative to what Nginx was built with.
  return [...new Set(paths.filter((path) => path.startsWith('/') && !path.includes('$')))].slice(0, NAMED_MAX);
}

function stateOf(
  trouble: Trouble,
  where: Surroundings,
  { links, elsewhere }: { readonly links: readonly string[]; readonly elsewhere: readonly string[] },
): State {
  const { kind, sentence } = trouble;
  if (kind === 'output') return { name: 'log_is_output', sentence, remedy: outputRemedies(links, where) };
  if (kind === 'other') return { name: 'log_unreadable', sentence, remedy: [] };
  if (kind === 'missing')
    return {
      name: 'log_missing',
      sentence: `${sentence} ${folderText(trouble)}${elsewhereText(elsewhere)}`,
      remedy: missingRemedies(elsewhere, where),
    };
  const { path, owner } = trouble;
  const remedy = owner ? rightsRemedies({ path, ...owner }, where) : shutRemedies(path, where);
  return { name: 'log_not_permitted', sentence, remedy };
}

function folderText({ folder, isFolderThere }: Extract<Trouble, { kind: 'missing' }>): string {
  return isFolderThere ? `The folder '${folder}' is there and has no such file.` : `There is no folder '${folder}'.`;
}

function elsewhereText(elsewhere: readonly string[]): string {
  return elsewhere.length === 0 ? '' : ` There are logs at ${elsewhere.join(' and ')}.`;
}

async function findElsewhere(candidates: readonly string[], globs: readonly string[]): Promise<readonly string[]> {
  const others = [...new Set(candidates)].filter((glob) => !globs.includes(glob));
  const found = await Promise.all(others.map(async (glob) => (await expandGlob(glob)).paths.length > 0));
  return others.filter((_glob, index) => found[index]).slice(0, 2);
}
