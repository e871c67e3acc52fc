/** What starts a process: its systemd unit or its container, by the control group it is in. */
import { readText } from '../../machine/read-text.ts';

/** 0::/system.slice/nginx.service, and of cgroup v1 N:name=systemd:/… (cgroups(7)). */
const GROUP = /^(?:0:|\d+:name=systemd):(.*)$/gm;
const UNIT = /\/([A-Za-z0-9:_.@-]{1,250}\.service)(?=\/|$)/g;
const CONTAINER = /(?:\/docker\/|docker-|libpod-)([0-9a-f]{12})[0-9a-f]{52}/;

/** A sentence with what to type, undefined where nothing is known. */
export function homeOf(proc: string, pid: number): string | undefined {
  const groups = [...(readText(`${proc}/${pid}/cgroup`) ?? '').matchAll(GROUP)].map(([, path = '']) => path).join('\n');
  const container = CONTAINER.exec(groups)?.[1];
  if (container !== undefined)
    return `It ran in container ${container}: \`docker ps -a --filter id=${container}\`, \`docker logs --tail 50 ${container}\`.`;
  const unit = [...groups.matchAll(UNIT)].at(-1)?.[1];
  if (unit === undefined || unit.startsWith('user@')) return undefined;
  return `It ran as unit ${unit}: \`systemctl status ${unit}\`, \`journalctl -u ${unit} -n 50\`.`;
}
