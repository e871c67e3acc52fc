/** What can be wrong with a file, as a mail says it. */
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { shownPath } from '../../machine/shown.ts';
import type { Expectations } from './expectations.ts';

export function causesOf({ path, mode, owner }: Expectations): Causes {
  const name = shownPath(path);
  // A glob has to stay open to the shell.
  const word = /[*?[]/.test(path) ? path.replaceAll(' ', '\\ ') : shellWord(path, 'FILE');
  const folder = shellWord(path.slice(0, path.search(/[*?[]|[^/]*$/)).replace(/[^/]*$/, '') || '/', 'FOLDER');
  const warning = (title: string, why: string, whatToDo: string) => ({
    title,
    severity: 'warning' as const,
    why,
    whatToDo,
  });
  const see = `See it: \`ls -l --time-style=full-iso ${word}\``;
  return {
    missing: warning(
      `File ${name} is missing`,
      'What writes it did not run or could not, or somebody removed it.',
      `See what is there: \`ls -la ${folder}\`. If a job writes it, look at its log: \`journalctl -u cron --since -1d\`.`,
    ),
    present: warning(
      `File ${name} is there`,
      'The check says that it should not be.',
      `${see}. Do what it asks for, then remove it.`,
    ),
    'too-old': warning(
      `File ${name} is too old`,
      'What should write it again and again has stopped, as a backup that does not run.',
      `${see}, and look at the log of what writes it: \`journalctl -u cron --since -1d\`.`,
    ),
    'too-small': warning(
      `File ${name} is too small`,
      'It may have been cut off while it was written, as by a full disk.',
      `${see}, and the room on its disk: \`df -h ${folder}\`.`,
    ),
    'too-large': warning(
      `File ${name} is too large`,
      'It grows where it should not, and fills its disk in the end.',
      `${see}, and who writes it: \`fuser -v ${word}\`.`,
    ),
    changed: warning(
      `File ${name} changed`,
      'Its content is not what it was. When that was you, nothing is to be done: it is accepted by itself after five readings.',
      `See who was there and when it was written: \`last -n 10; stat ${word}\`. Compare with your copy of it.`,
    ),
    'wrong-mode': warning(
      `File ${name} has the wrong permissions`,
      'Others may read or write it, or the one who needs it may not.',
      `${see}. Set them: \`chmod ${octal(mode?.bits)} ${word}\`.`,
    ),
    'wrong-owner': warning(
      `File ${name} has the wrong owner`,
      'The one who needs it may not read it, or another may write it.',
      `${see}. Set it: \`chown ${owner?.user ?? ''}${owner?.group === undefined ? '' : `:${owner.group}`} ${word}\`.`,
    ),
    'wrong-content': warning(
      `File ${name} has the wrong content`,
      'It is not the one that the check describes.',
      `See it: \`sha256sum ${word}; head ${word}\`. If it is right so, change the check in linesman.yaml.`,
    ),
    'lacks-content': warning(
      `File ${name} lacks a text`,
      'What the check asks for does not stand in it.',
      `See it: \`head ${word}\`. If it is right so, change the check in linesman.yaml.`,
    ),
    'not-a-file': warning(
      `${name} is no plain file`,
      'It is a folder, a socket, a fifo or a device, whose size and content say nothing.',
      `${see}. Name a file in linesman.yaml, or ask only whether it is there.`,
    ),
    'not-permitted': warning(
      `File ${name} may not be looked at`,
      'Nothing is known of it as long as linesman lacks the right.',
      `See which folder forbids it: \`namei -l ${word}\`. Let the user of linesman enter it, as by \`setfacl -m u:linesman:rX ${folder}\`.`,
    ),
    unreadable: warning(
      `File ${name} cannot be read`,
      'Its disk gives an error, or its links lead round in a ring.',
      `See what the kernel says of the disk: \`dmesg --level=err | tail\`. And the way there: \`namei -l ${word}\`.`,
    ),
    hangs: warning(
      `File ${name} does not answer`,
      'Its disk does not answer: a network disk whose server is gone, or a disk that fails. Whoever touches it waits as well.',
      `See who waits for a disk: \`ps -eo pid,stat,wchan:30,args | awk '$2 ~ /D/'\`. And which are mounted: \`findmnt -t nfs,nfs4,cifs,fuse\`.`,
    ),
  };
}

function octal(bits = 0): string {
  return bits.toString(8).padStart(4, '0');
}
