/** What can be wrong with a process, and what to do about it. */
import type { Causes } from '../../core/check.ts';
import type { MachinePlaces } from '../../core/plugin.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { type StartLimit, withinText } from '../starts/start-options.ts';
import type { Wanted } from './wanted.ts';

export function processCauses(wanted: Wanted, limit: StartLimit, places: MachinePlaces): Causes {
  const { label, min, max = min, pidFile } = wanted;
  const list = listOf(wanted);
  const gone = { severity: 'critical', why: 'What it does is not done, and who needs it gets errors.' } as const;
  return {
    missing: {
      ...gone,
      title: `Process ${label} is not running`,
      whatToDo: `Make sure: ${list}. See why it ended: \`journalctl -p warning -n 50\`, for want of memory: \`journalctl -k -g 'Out of memory'\`. Failed services: \`systemctl --failed\`. Then start it again.`,
    },
    'too-few': {
      severity: 'warning',
      title: `Fewer than ${min} processes ${label} run`,
      why: 'Those that are left have to do the work of all.',
      whatToDo: `See which are left: ${list}, and why others ended: \`journalctl -p warning -n 50\`.`,
    },
    'too-many': {
      severity: 'warning',
      title: max === 1 ? `More than 1 process ${label} runs` : `More than ${max} processes ${label} run`,
      why: 'What ought to run once does its work twice, or processes do not end any more.',
      whatToDo: `See which and since when: ${list}. End those that are too many: \`kill PID\`.`,
    },
    stopped: {
      ...gone,
      title: `Process ${label} is stopped`,
      whatToDo: `Somebody or something sent it SIGSTOP, or a debugger holds it. See who is in state T: ${list}. Let it go on: \`kill -CONT PID\`.`,
    },
    zombie: {
      ...gone,
      title: `Process ${label} has ended and is only a zombie`,
      whatToDo: `It ended, and the process that started it does not take notice. See which that is (PPID): ${list}. Restart that one.`,
    },
    'stale-pid-file': {
      ...gone,
      title: `The pid file of ${label} names no such process`,
      whatToDo: `See what it names: \`ps -fp "$(head -n 1 ${shellWord(pidFile ?? '', 'PIDFILE')})"\`, and whether another one runs: ${list}. Start it again; if that is refused because of the file, remove the file first.`,
    },
    restarts: {
      ...gone,
      title: `Process ${label} restarts again and again`,
      why: `It was started anew ${limit.restarts} times or more within ${withinText(limit)}: it fails, somebody starts it, and it fails again.`,
      whatToDo: `See its last words: \`journalctl -p warning -n 50\`, for want of memory: \`journalctl -k -g 'Out of memory'\`. How long it runs each time: ${list}.`,
    },
    'not-permitted': {
      severity: 'warning',
      title: `linesman cannot see process ${label}`,
      why: 'Until it can, nobody is told when the process ends.',
      whatToDo: places.isContainerOnly
        ? 'linesman sees only the processes of its own container. Show it those of the host: mount `/proc:/host/proc:ro`, or run it with `pid: host`.'
        : `Let linesman's user look: see the option hidepid in \`grep ' /proc ' /proc/mounts\`, and add the user to its group (gid), or read the pid file: \`ls -l ${shellWord(pidFile ?? '/run', 'PIDFILE')}\`.`,
    },
  };
}

function listOf({ name, command }: Wanted): string {
  const word = shellWord(command ?? name ?? '', 'NAME');
  if (command === undefined && name === undefined) return '`ps -eo pid,ppid,stat,etime,args`';
  return `\`ps -eo pid,ppid,stat,etime,args | grep -F -- ${word}\``;
}
