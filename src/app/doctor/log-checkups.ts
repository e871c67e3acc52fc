/** What linesman would see of each source: whether its logs can be read, and how well their last lines are understood. */
import { stat } from 'node:fs/promises';
import type { Config, SourceConfig } from '../../config/config.ts';
import type { Checkup } from '../../core/checkup.ts';
import type { SliceParser } from '../../core/ports.ts';
import { FULL_LOG_FORMAT, unseenOf } from '../../core/reading/contract.ts';
import { fittingZone } from '../../core/reading/fitting-zone.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { stampedOff } from '../../core/reading/stamped-off.ts';
import { isGzipFile } from '../../sources/copies.ts';
import { expandGlob } from '../../sources/glob.ts';
import { createParsePool } from '../../workers/pool.ts';
import { linesOf } from '../contract/gather.ts';
import { readTail, type Tail } from '../contract/tails.ts';
import { unreadLogs } from '../contract/unread-logs.ts';
import { logPaths } from '../knowing/nginx-logs.ts';
import type { Watching } from '../knowing/watching.ts';
import { lookAround } from '../place/surroundings.ts';
import { probeLogs } from '../reading/log-states.ts';
import { stateCheckup } from './state-checkup.ts';

/** Files of a source that are looked into. */
const FILES_MAX = 20;
/** Fewer lines of one that is understood less say nothing. */
const UNDERSTOOD_SHARE = 0.5;
const DAY_MS = 86_400_000;

export async function checkLogs(config: Config, watching: Watching): Promise<readonly Checkup[]> {
  const pool = createParsePool({ threads: 1, onTooSlow() {} });
  pool.load(watching.patterns.map(({ spec }) => spec));
  try {
    const checkups: Checkup[] = [];
    for (const source of config.sources) checkups.push(...(await checkSource(source, watching, pool)));
    const unread = await unreadLogs(config, watching.nginx);
    return [...checkups, ...unread.map((says): Checkup => ({ area: 'nginx.conf', result: 'note', says }))];
  } finally {
    await pool.close();
  }
}

async function checkSource(
  source: SourceConfig,
  watching: Watching,
  pool: { readonly parserFor: (reading: { timezone: string; only?: string | undefined }) => SliceParser },
): Promise<readonly Checkup[]> {
  const area = `source ${source.name}`;
  if (!source.files)
    return [{ area, result: 'note', says: 'It is a stream: what comes of it shows only while linesman runs.' }];
  const named = watching.nginx ? logPaths(watching.nginx).filter((path) => path.startsWith('/')) : [];
  const states = await probeLogs(source.files, await lookAround(), named);
  const parser = pool.parserFor({ timezone: source.timezone, only: source.pattern });
  const paths = (await Promise.all(source.files.map(async (glob) => (await expandGlob(glob)).paths))).flat();
  const looked: Checkup[] = [];
  const tails: Tail[] = [];
  for (const path of (await filesOf(paths)).slice(0, FILES_MAX)) {
    const tail = await tailOf(path, parser);
    if (!tail) continue;
    tails.push(tail);
    looked.push(formatCheckup(area, tail), ...(await clockCheckups(area, tail, source.timezone)));
  }
  return [...states.map((state) => stateCheckup(area, state)), ...looked, ...unseenCheckups(area, tails, watching)];
}

/** Of what is no file, such as a link to a container's output, a state says so; packed ones are old logs that nobody writes. */
async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(isLog));
  return paths.filter((_path, index) => found[index]);
}

async function isLog(path: string): Promise<boolean> {
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return isFile && !(await isGzipFile(path));
}

/** Up to a day ahead a stamp is taken, so that a wrong zone shows. */
async function tailOf(path: string, parser: SliceParser): Promise<Tail | undefined> {
  return await readTail(path, parser, Date.now() + DAY_MS);
}

function formatCheckup(area: string, { name, lines, matched, pattern }: Tail): Checkup {
  if (lines === 0) return { area, result: 'ok', says: `${name} can be read; it does not end with a whole line yet.` };
  const of = `${matched} of its last ${lines} lines`;
  if (matched >= lines * UNDERSTOOD_SHARE)
    return { area, result: 'ok', says: `${name} can be read: ${pattern} takes ${of}.` };
  return {
    ...{ area, result: 'wrong' },
    says: `${name} can be read and is not understood: patterns take ${of}. See why, make a pattern of Nginx' log_format, or write one (docs/PATTERNS.md):`,
    remedy: [
      `tail -n 1 ${shellWord(name, 'FILE')} | linesman explain -`,
      'linesman pattern from-nginx /etc/nginx/nginx.conf',
    ],
  };
}

/** The file was written when its last line was, but for Nginx' buffers. */
async function clockCheckups(area: string, { name, newest }: Tail, timezone: string): Promise<readonly Checkup[]> {
  if (newest === undefined) return [];
  const { mtimeMs } = await stat(name);
  const off = stampedOff(newest - mtimeMs);
  if (off === undefined) return [];
  return [
    {
      ...{ area, result: 'wrong' },
      says: `The last line of ${name} is stamped ${off.text} than it was written: the time zone is not that of the log (linesman reads stamps without a zone in ${timezone}). Name the log's zone by a variable, or under sources in linesman.yaml (timezone), which leaves the times in mails as they are:`,
      remedy: [`LINESMAN_TIMEZONE=${fittingZone(timezone, off.aheadMs, mtimeMs).name}`],
    },
  ];
}

function unseenCheckups(area: string, tails: readonly Tail[], watching: Watching): readonly Checkup[] {
  const names = new Set(tails.flatMap((tail) => tail.patterns));
  const unseen = unseenOf(linesOf(names, tails, watching));
  if (unseen.length === 0) return [];
  const says = `Its lines do not say ${unseen.join('; ')}. Let Nginx log it:`;
  return [{ area, result: 'note', says, remedy: FULL_LOG_FORMAT }];
}
