/** What can be wrong with the libraries of a program, as a mail says it. */
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { shownPath } from '../../machine/shown.ts';

export interface Watched {
  /** A path, or the name of a process. */
  readonly name: string;
  readonly isProcess: boolean;
}

const cause = (severity: 'warning' | 'critical', title: string, why: string, whatToDo: string) => ({
  ...{ severity, title, why, whatToDo },
});

export function causesOf({ name, isProcess }: Watched): Causes {
  const shown = isProcess ? `process ${name}` : shownPath(name);
  const program = isProcess ? `$(readlink -f /proc/$(pgrep -o ${pgrepWord(name)})/exe)` : shellWord(name, 'PROGRAM');
  return {
    missing: cause(
      'critical',
      `A library that ${shown} needs is missing`,
      'It does not start again without it; what runs now goes on until it is restarted.',
      `See all it needs: \`ldd ${program} | grep 'not found'\`. Install the package of the library before anything is restarted.`,
    ),
    'not-elf': cause(
      'critical',
      `A file of ${shown} is damaged`,
      'The program or a library was cut off or written over, as by a full disk or an upgrade that broke off, and nothing starts with it.',
      'See what dpkg says of its packages: `dpkg --verify`. Install the package of the file again.',
    ),
    'binary-missing': cause(
      'critical',
      `The program of ${shown} is missing`,
      'It cannot be started.',
      "See what was removed of late: `grep -E ' (remove|purge) ' /var/log/dpkg.log | tail`. Install it again.",
    ),
    changed: cause(
      'warning',
      `A library of ${shown} changed`,
      'Its content is another, and no package manager brought it. When that was you, nothing is to be done: it is accepted by itself after five readings.',
      'See whether it is still that of its package: `dpkg --verify`.',
    ),
    unreadable: cause(
      'warning',
      `A file of ${shown} cannot be read`,
      'Its disk gives an error, or its links lead round in a ring.',
      'See what the kernel says of the disk: `dmesg --level=err | tail`.',
    ),
    hangs: cause(
      'warning',
      `The files of ${shown} do not answer`,
      'Their disk does not answer: a network disk whose server is gone, or a disk that fails. The program waits as well.',
      "See who waits for a disk: `ps -eo pid,stat,wchan:30,args | awk '$2 ~ /D/'`.",
    ),
    ...(isProcess ? processCauses(name) : { 'not-permitted': fileRefused(name) }),
  };
}

function fileRefused(path: string) {
  return cause(
    'warning',
    `The libraries of ${shownPath(path)} may not be looked at`,
    'Nothing is known of them as long as linesman lacks the right.',
    `See which folder forbids it: \`namei -l ${shellWord(path, 'PROGRAM')}\`. Let the user of linesman enter and read it.`,
  );
}

/** The kernel keeps that much of a name, and pgrep finds nothing by more. */
const NAME_CHARS = 15;

function pgrepWord(name: string): string {
  return shellWord(name.slice(0, NAME_CHARS), 'NAME');
}

function processCauses(name: string): Causes {
  const word = pgrepWord(name);
  const restart = `See what runs it: \`systemctl status $(pgrep -o ${word})\`. Restart that when nobody is disturbed.`;
  return {
    replaced: cause(
      'warning',
      `Process ${name} runs with an old library`,
      'An upgrade replaced it on disk; until the restart the process has the old one, with its holes.',
      restart,
    ),
    'deleted-mapped': cause(
      'warning',
      `Process ${name} runs with a library that was deleted`,
      'What runs goes on; whether it starts again is not known.',
      restart,
    ),
    'not-running': cause(
      'warning',
      `Process ${name} is not running`,
      'Its libraries are those of the running process, so nothing is known of them. It was not seen since linesman started, or it lives in a container.',
      `See what runs: \`ps -eo pid,comm,args | grep ${word}\`. If it has another name, change the check in linesman.yaml.`,
    ),
    'not-permitted': cause(
      'warning',
      `The libraries of process ${name} may not be looked at`,
      "Only root, or who has the capability CAP_SYS_PTRACE, sees what another user's process has in its memory.",
      'Grant it: `systemctl edit linesman` with `AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH`; in a container `cap_add: [SYS_PTRACE]` and `pid: host`. Or watch the program by `binary:`.',
    ),
  };
}
