/** How people call a process, which is not always what the kernel calls it. */
import { basename } from 'node:path';
import type { Process } from './processes.ts';

/** Letters the kernel keeps of a name (TASK_COMM_LEN less one). */
const NAME_CHARS = 15;
/** A script stands among the first arguments. */
const SCRIPT_WITHIN = 10;
/** What newer Node.js calls its first thread, and with it the process. */
const NODE_THREAD = /^(node-)?MainThread$/;

/** Programs that run others' texts, which is what people call the process. */
const INTERPRETER = /^(node|nodejs|bun|deno|python[\d.]*|php[\d.]*|ruby[\d.]*|perl|java|sh|bash|dash)$/;

/** By the kernel's name, its program or its script: 'node' is one whose kernel's name is MainThread, and 'worker.js' may be the same. */
export function isNamed(process: Process, name: string): boolean {
  return process.name === name.slice(0, NAME_CHARS) || programOf(process) === name || scriptOf(process) === name;
}

export function nameOf(process: Process): string {
  return NODE_THREAD.test(process.name) ? programOf(process) : process.name;
}

/** Without its folders: '/usr/bin/node' of '/usr/bin/node server.js' is node; 'nginx: master process' is nginx. */
function programOf({ command }: Process): string {
  return basename(command.split(' ', 1)[0] ?? '').replace(/:$/, '');
}

/** 'worker.js' of 'node --trace-warnings /srv/worker.js'. */
function scriptOf(process: Process): string | undefined {
  if (!INTERPRETER.test(programOf(process))) return undefined;
  const script = process.command
    .split(' ', SCRIPT_WITHIN)
    .find((argument, index) => index > 0 && !argument.startsWith('-'));
  return script === undefined ? undefined : basename(script);
}
