/** The commands that make a data folder writable, as they are typed where linesman runs. */
import { shellWord } from './shell-word.ts';
import type { Remedy, Surroundings } from './state.ts';

const FULL = ['ENOSPC', 'EDQUOT'];

export interface UnusableFolder {
  readonly path: string;
  /** Of the error: EACCES, ENOSPC and so on. */
  readonly code: string;
  /** In a container: what of the machine is mounted there, where that is known. */
  readonly mountedFrom?: string | undefined;
}

export function dataRemedies(folder: UnusableFolder, where: Surroundings): readonly Remedy[] {
  const path = shellWord(folder.path, 'FOLDER');
  if (FULL.includes(folder.code)) return [{ does: 'see what fills the disk', command: `df -h ${path}` }];
  if (folder.code === 'EROFS') return [writable(path, where)];
  if (folder.code !== 'EACCES' && folder.code !== 'EPERM') return [];
  const owner = `${where.uid}:${where.gid}`;
  if (where.place === 'kubernetes')
    return [{ does: "in the pod's spec", command: `securityContext: { fsGroup: ${where.gid} }` }];
  if (where.place === 'host')
    return [
      {
        does: 'give it to the user of linesman',
        command: `install -d -m 700 -o ${where.uid} -g ${where.gid} ${path} && chown -R ${owner} ${path}`,
      },
    ];
  const outside = shellWord(folder.mountedFrom ?? '', 'FOLDER');
  return [
    { does: `on the machine, the folder that is mounted at ${path}`, command: `chown -R ${owner} ${outside}` },
    { does: 'or a volume of its own instead of a folder', command: `docker run -v linesman-data:${path} … linesman` },
  ];
}

function writable(path: string, { place }: Surroundings): Remedy {
  if (place === 'host') return { does: 'mount it writable', command: `mount -o remount,rw ${path}` };
  return {
    does: 'mount a volume there that may be written',
    command: `docker run -v linesman-data:${path} … linesman`,
  };
}
