/** What can be wrong with the packages of a lockfile, as a mail says it. */
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { shownPath } from '../../machine/shown.ts';

export function causesOf(lockfile: string, command: string): Causes {
  const name = shownPath(lockfile);
  const folder = shellWord(lockfile.slice(0, lockfile.lastIndexOf('/')) || '/', 'FOLDER');
  const cause = (title: string, why: string, whatToDo: string) => ({
    severity: 'warning' as const,
    title,
    why,
    whatToDo,
  });
  const install = `Install them: \`cd ${folder} && ${command}\``;
  const next = 'What runs now goes on with what it has loaded, and fails when it wants the rest or is restarted.';
  return {
    missing: cause(`Packages that ${name} names are missing`, next, `${install}.`),
    'wrong-version': cause(
      `Packages differ from ${name}`,
      'An install broke off, or the lockfile is newer than what was installed; the next start runs with versions that nobody tried together.',
      `${install}.`,
    ),
    'lockfile-missing': cause(
      `Lockfile ${name} is missing`,
      'Without it nobody knows which packages belong there.',
      `See what is there: \`ls -la ${folder}\`. If the application moved, change the check in linesman.yaml.`,
    ),
    'bad-lockfile': cause(
      `Lockfile ${name} cannot be understood`,
      'It was cut off or merged by halves, or its format is not known here.',
      `See what was changed last: \`cd ${folder} && git log -3 -- ${shellWord(lockfile.slice(lockfile.lastIndexOf('/') + 1), 'LOCKFILE')}\`.`,
    ),
    'not-permitted': cause(
      `Packages of ${name} may not be looked at`,
      'Nothing is known of them as long as linesman lacks the right.',
      `See which folder forbids it: \`namei -l ${shellWord(lockfile, 'LOCKFILE')}\`. Let the user of linesman read it, as by \`setfacl -R -m u:linesman:rX ${folder}\`.`,
    ),
    unreadable: cause(
      `Packages of ${name} cannot be read`,
      'Their disk gives an error, or their links lead round in a ring.',
      'See what the kernel says of the disk: `dmesg --level=err | tail`.',
    ),
    hangs: cause(
      `Packages of ${name} do not answer`,
      'Their disk does not answer: a network disk whose server is gone, or a disk that fails. The application waits as well.',
      `See who waits for a disk: \`ps -eo pid,stat,wchan:30,args | awk '$2 ~ /D/'\`.`,
    ),
  };
}
