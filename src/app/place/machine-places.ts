/** Where this machine's figures are read: the host's folders, where they are mounted into our container. */
import { access, readFile } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import type { MachinePlaces } from '../../core/plugin.ts';

/** Where compose.yaml and docs/OPERATING.md mount the host's; looked at without being asked for. */
const HOST = '/host';

/** What is in each of them, on every machine. */
const HOLDS = { proc: 'stat', sys: 'kernel', root: 'etc' } as const;

/** Throws UserError('CONFIG') where linesman.yaml names folders that hold nothing of a machine: nothing would be measured, and nobody told. */
export async function findMachinePlaces(machine: Config['machine'], isContainer: boolean): Promise<MachinePlaces> {
  await checkNamed(machine);
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

async function checkNamed(machine: Config['machine']): Promise<void> {
  const mistakes: string[] = [];
  for (const key of ['proc', 'sys', 'root'] as const) {
    const folder = machine[key];
    const holds = HOLDS[key];
    if (folder === undefined || (await isReachable(`${folder}/${holds}`))) continue;
    mistakes.push(
      `machine.${key}: "${folder}" is not that of a machine, there is no ${holds} in it; mount it there, name another folder or leave this out`,
    );
  }
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
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

async function isReachable(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
