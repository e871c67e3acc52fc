/** Can state be kept: the data folder can be written, is free or used by the linesman that runs, and has room. */
import { statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Checkup } from '../../core/checkup.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { valueText } from '../../core/render/units.ts';
import { lockDataFolder } from '../../data-folder.ts';

const AREA = 'data folder';
/** The embedded Redis keeps up to 16 MB a source, twice that while it writes its file anew. */
const ROOM_MIN_BYTES = 200 * 1024 * 1024;

/** Makes no folder: one that root made would be closed to the user linesman runs as. */
export async function checkDataFolder(folder: string): Promise<readonly Checkup[]> {
  const place = await nearestFolder(folder);
  if (place !== folder) return [notMade(folder, place)];
  try {
    const lock = await lockDataFolder(folder);
    await lock.release();
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'DATA_FOLDER_TAKEN')) return [unusable(folder, error)];
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

function notMade(folder: string, place: string): Checkup {
  const { uid, gid, username } = userInfo();
  return {
    ...{ area: AREA, result: 'note' },
    says: `${folder} is not there yet; linesman makes it when it starts, if its user may write in ${place}. For a user other than root make it first:`,
    remedy: [`install -d -m 700 -o ${uid === 0 ? 'linesman' : username} -g ${uid === 0 ? 'linesman' : gid} ${folder}`],
  };
}

function unusable(folder: string, error: unknown): Checkup {
  const { uid, gid } = userInfo();
  const code = error instanceof UserError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  const isRights = code === 'EACCES' || code === 'EPERM';
  return {
    ...{ area: AREA, result: 'wrong', says: messageOf(error) },
    ...(isRights && { remedy: [`chown -R ${uid}:${gid} ${folder}`] }),
  };
}

async function roomOf(folder: string): Promise<readonly Checkup[]> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = valueText(free, 'bytes');
  if (free >= ROOM_MIN_BYTES) return [{ area: AREA, result: 'ok', says: `${text} are free there.` }];
  return [
    {
      ...{ area: AREA, result: 'wrong' },
      says: `Only ${text} are free there; Redis cannot keep state on a full disk. Free ${valueText(ROOM_MIN_BYTES, 'bytes')} or more:`,
      remedy: [`df -h ${folder}`, `du -xh --max-depth=1 ${folder} | sort -h | tail`],
    },
  ];
}
