/** Can state be kept: the data folder can be written, is free or used by the linesman that runs, and has room. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkup } from '../../core/checkup.ts';
import { UserError } from '../../core/errors.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import type { Surroundings } from '../../core/reading/state.ts';
import { valueText } from '../../core/render/units.ts';
import { lockDataFolder } from '../../data-folder.ts';
import { dataFolderState, isUnusable } from '../place/no-data-folder.ts';
import { lookAround } from '../place/surroundings.ts';
import { stateCheckup } from './state-checkup.ts';

const AREA = 'data folder';
/** The embedded Redis keeps up to 16 MB a source, twice that while it writes its file anew. */
const ROOM_MIN_BYTES = 200 * 1024 * 1024;

/** Makes no folder: one that root made would be closed to the user linesman runs as. */
export async function checkDataFolder(folder: string): Promise<readonly Checkup[]> {
  const [place, where] = await Promise.all([nearestFolder(folder), lookAround()]);
  if (place !== folder) return [notMade(folder, place, where)];
  try {
    const lock = await lockDataFolder(folder);
    await lock.release();
  } catch (error) {
    if (isUnusable(error)) return [stateCheckup(AREA, await dataFolderState(folder, error, where))];
    // Taken: by the linesman that runs here.
    if (!(error instanceof UserError)) throw error;
  }
  return [{ area: AREA, result: 'ok', says: `${folder} can be written by this user.` }, ...(await roomOf(folder))];
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    const isThere = await statfs(place).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    );
    if (isThere || place === dirname(place)) return place;
  }
}

function notMade(folder: string, place: string, { uid, gid, user }: Surroundings): Checkup {
  const [owner, group] = uid === 0 ? ['linesman', 'linesman'] : [shellWord(user, String(uid)), gid];
  return {
    ...{ area: AREA, result: 'note' },
    says: `${folder} is not there yet; linesman makes it when it starts, if its user may write in ${place}. For a user other than root make it first:`,
    remedy: [`install -d -m 700 -o ${owner} -g ${group} ${shellWord(folder, 'FOLDER')}`],
  };
}

async function roomOf(folder: string): Promise<readonly Checkup[]> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = valueText(free, 'bytes');
  if (free >= ROOM_MIN_BYTES) return [{ area: AREA, result: 'ok', says: `${text} are free there.` }];
  const path = shellWord(folder, 'FOLDER');
  return [
    {
      ...{ area: AREA, result: 'wrong' },
      says: `Only ${text} are free there; Redis cannot keep state on a full disk. Free ${valueText(ROOM_MIN_BYTES, 'bytes')} or more:`,
      remedy: [`df -h ${path}`, `du -xh --max-depth=1 ${path} | sort -h | tail`],
    },
  ];
}
