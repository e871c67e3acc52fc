/** Where this machine's figures are read: the host's folders, where they are mounted into our container. */
import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import type { MachinePlaces } from '../../core/plugin.ts';

/** Where compose.yaml and docs/OPERATING.md mount the host's; looked at without being asked for. */
const HOST = '/host';

/** Never rejects. What linesman.yaml names is taken as it is. */
export async function findMachinePlaces(machine: Config['machine'], isContainer: boolean): Promise<MachinePlaces> {
  const [isProc, isSys, isRoot, isHosts] = await Promise.all([
    isThere(`${HOST}/proc/stat`),
    isThere(`${HOST}/sys/kernel/uevent_seqnum`),
    isThere(`${HOST}/root/etc/passwd`),
    hasKernelThreads('/proc'),
  ]);
  const proc = machine.proc ?? (isProc ? `${HOST}/proc` : '/proc');
  return {
    proc,
    sys: machine.sys ?? (isSys ? `${HOST}/sys` : '/sys'),
    root: (machine.root ?? (isRoot ? `${HOST}/root` : '')).replace(/\/+$/, ''),
    isContainerOnly: isContainer && proc === '/proc' && !isHosts,
  };
}

/** Threads of the kernel are seen on the host alone, and in a container that shares its processes (--pid=host). */
async function hasKernelThreads(proc: string): Promise<boolean> {
  return (await readFile(`${proc}/2/comm`, 'utf8').catch(() => '')).trim() === 'kthreadd';
}

async function isThere(path: string): Promise<boolean> {
  return await readFile(path).then(
    () => true,
    () => false,
  );
}
