/** The commands that mend what keeps logs from being read, as they are typed where linesman runs. */
import { shellWord } from './shell-word.ts';
import type { Remedy, Surroundings } from './state.ts';

/** Whoever is in it may read and change much more than logs. */
const ROOT_GROUP = 0;
const GROUP_READ = 0o040;
/** Where Nginx and its image write. */
const NGINX_LOGS = '/var/log/nginx';
/** Names in one command. */
const LINKS_MAX = 5;

export interface OwnedFile {
  readonly path: string;
  readonly gid: number;
  readonly mode: number;
  readonly isFolder: boolean;
}

/** Of links to the container's output, as the image of Nginx has them, and a named volume over its folder gets them. */
export function outputRemedies(links: readonly string[], { place }: Surroundings): readonly Remedy[] {
  const isHost = place === 'host';
  const paths = isHost ? links : links.map((path) => `${NGINX_LOGS}/${path.slice(path.lastIndexOf('/') + 1)}`);
  const words = paths.slice(0, LINKS_MAX).map((path) => shellWord(path, 'FILE'));
  // Within sh -c '…' a quoted name would end the quotes.
  const names = words.some((word) => word.startsWith("'")) ? ['FILE'] : words;
  const remove = `rm ${names.join(' ')} && nginx -s reopen`;
  return [
    ...EMPTY_FOLDER[place],
    {
      does: isHost ? 'make files of the links' : 'or make files of the links, in the volume as it is',
      command: inNginx(remove, place),
    },
    { does: 'or in nginx.conf, a file of another name', command: `access_log ${NGINX_LOGS}/requests.log;` },
    {
      does: 'or no file at all, where linesman listens (LINESMAN_SYSLOG, docs/CONFIG.md): in nginx.conf',
      command: `access_log syslog:server=${isHost ? '127.0.0.1' : 'LINESMAN'}:5514;`,
    },
  ];
}

const EMPTY_FOLDER: Readonly<Record<Surroundings['place'], readonly Remedy[]>> = {
  container: [
    {
      does: 'give Nginx an empty folder instead of the volume, and linesman the same',
      command: `docker run -v ./logs:${NGINX_LOGS} … nginx`,
    },
  ],
  kubernetes: [
    { does: 'mount an empty volume in both containers', command: 'volumes: [{ name: logs, emptyDir: {} }]' },
  ],
  host: [],
};

function inNginx(command: string, place: Surroundings['place']): string {
  if (place === 'host') return command;
  return `${place === 'container' ? 'docker exec NGINX' : 'kubectl exec POD -c NGINX --'} sh -c '${command}'`;
}

/** Of a file or folder that exists and may not be read. */
export function rightsRemedies(file: OwnedFile, where: Surroundings): readonly Remedy[] {
  const path = shellWord(file.path, 'FILE');
  const open = file.isFolder ? 'rx' : 'r';
  if (file.gid === ROOT_GROUP) return [forUser(path, open, where)];
  const hasGroup = (file.mode & GROUP_READ) !== 0;
  const first: Remedy[] = hasGroup ? [] : [{ does: 'let its group read it', command: `chmod g+${open} ${path}` }];
  return [...first, ...joinGroup(file.gid, where)];
}

/** Of a path that may not even be looked at: a folder above it is shut. */
export function shutRemedies(path: string, where: Surroundings): readonly Remedy[] {
  const word = shellWord(path, 'FILE');
  const look: Remedy = { does: 'see which folder is shut, and to whom it belongs', command: `namei -l ${word}` };
  return [look, ...joinGroup('GROUP', where)];
}

/** Of globs that nothing matches: where logs are, or how to find them. */
export function missingRemedies(elsewhere: readonly string[], { place }: Surroundings): readonly Remedy[] {
  const [found] = elsewhere;
  if (found !== undefined) {
    const logs = `LINESMAN_LOGS=${shellWord(found, 'GLOB')}`;
    const command = place === 'container' ? `docker run -e ${logs} … linesman` : logs;
    return [{ does: 'read the logs that are there', command }];
  }
  if (place === 'container')
    return [
      {
        does: 'mount the folder of the logs, with docker run',
        command: `docker run -v ${NGINX_LOGS}:${NGINX_LOGS}:ro … linesman`,
      },
      { does: 'or in compose.yaml', command: `volumes: ["${NGINX_LOGS}:${NGINX_LOGS}:ro"]` },
    ];
  return [{ does: 'see where Nginx writes', command: "nginx -T | grep -E '(access|error)_log'" }];
}

function forUser(path: string, open: string, { place, uid, user }: Surroundings): Remedy {
  const name = place === 'host' ? shellWord(user, String(uid)) : String(uid);
  const where = place === 'host' ? '' : ', on the machine that has the file';
  return { does: `let linesman's user alone read it${where}`, command: `setfacl -m u:${name}:${open} ${path}` };
}

function joinGroup(gid: number | 'GROUP', { place, user, unit, groups }: Surroundings): readonly Remedy[] {
  if (place === 'container')
    return [
      { does: 'start linesman in that group, with docker run', command: `docker run --group-add ${gid} … linesman` },
      { does: 'or in compose.yaml', command: `group_add: ["${gid}"]` },
    ];
  if (place === 'kubernetes')
    return [{ does: "in the pod's spec", command: `securityContext: { supplementalGroups: [${gid}] }` }];
  const group = gid === 'GROUP' ? gid : shellWord(groups[gid] ?? String(gid), String(gid));
  const service = shellWord(unit ?? 'linesman', 'linesman');
  return [
    {
      does: 'put its user into that group and start it again',
      command: `usermod -aG ${group} ${shellWord(user, 'USER')} && systemctl restart ${service}`,
    },
  ];
}
