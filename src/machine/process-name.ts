/** How people call a process, which is not always what the kernel calls it. */
import { basename } from 'node:path';
import type { Process } from './processes.ts';

/** Letters the kernel keeps of a name (TASK_COMM_LEN less one). */
const NAME_CHARS = 15;
/** What newer Node.js calls its first thread, and with it the process. */
const NODE_THREAD = /^(node-)?MainThread$/;

/** By the kernel's name or by its program: 'node' is one whose kernel's name is MainThread. */
export function isNamed(process: Process, name: string): boolean {
  return process.name === name.slice(0, NAME_CHARS) || programOf(process) === name;
}

export function nameOf(process: Process): string {
  return NODE_THREAD.test(process.name) ? programOf(process) : process.name;
}

/** Without its folders: '/usr/bin/node' of '/usr/bin/node server.js' is node; 'nginx: master process' is nginx. */
function programOf({ command }: Process): string {
  return basename(command.split(' ', 1)[0] ?? '').replace(/:$/, '');
}
