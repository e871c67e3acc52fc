/** What can be wrong with a container, and what to do about it. */
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { withinText } from '../starts/start-options.ts';
import type { ContainerWanted } from './judge-container.ts';

export function containerCauses(
  { container, limit, startWithinMs }: ContainerWanted,
  { socket, program }: { readonly socket: string; readonly program: 'docker' | 'podman' },
): Causes {
  const word = shellWord(container, 'CONTAINER');
  const look = `See its last words: \`${program} logs --tail 50 ${word}\`, and its state: \`${program} inspect -f '{{json .State}}' ${word}\`.`;
  const down = { severity: 'critical', why: 'What it does is not done, and who needs it gets errors.' } as const;
  const unseen = {
    severity: 'warning',
    why: 'Until the engine can be asked, nobody is told when the container fails.',
  } as const;
  return {
    'not-running': {
      ...down,
      title: `Container ${container} is not running`,
      whatToDo: `${look} Whether the kernel killed it for want of memory: \`journalctl -k -g 'oom-kill'\`. Start it: \`${program} start ${word}\`.`,
    },
    paused: {
      ...down,
      title: `Container ${container} is paused`,
      whatToDo: `Somebody or something paused it, as some backups do. Let it go on: \`${program} unpause ${word}\`.`,
    },
    'oom-killed': {
      ...down,
      title: `Container ${container} was killed for want of memory`,
      whatToDo: `See its limit: \`${program} inspect -f '{{.HostConfig.Memory}}' ${word}\` (0: none), and what the machine has: \`free -m\`. Start it: \`${program} start ${word}\`.`,
    },
    unhealthy: {
      ...down,
      title: `Container ${container} is unhealthy`,
      why: 'It runs, and what its image has as a test of its health fails.',
      whatToDo: `${look} What the test printed: \`${program} inspect -f '{{json .State.Health.Log}}' ${word}\`. If it hangs: \`${program} restart ${word}\`.`,
    },
    starting: {
      ...down,
      title: `Container ${container} does not get healthy`,
      why: `It started more than ${startWithinMs / 1_000} seconds ago, and its health check has not passed once.`,
      whatToDo: `${look} What the test printed: \`${program} inspect -f '{{json .State.Health.Log}}' ${word}\`.`,
    },
    restarts: {
      ...down,
      title: `Container ${container} restarts again and again`,
      why: `It ended ${limit.restarts} times or more within ${withinText(limit)}, or is about to be restarted: it fails, is started, and fails again.`,
      whatToDo: `${look} To look at it in peace: \`${program} update --restart=no ${word}\`.`,
    },
    'not-found': {
      ...down,
      title: `There is no container ${container}`,
      whatToDo: `See what there is: \`${program} ps -a --format '{{.Names}}\\t{{.Status}}'\`. Compose names it PROJECT-SERVICE-1.`,
    },
    'no-socket': {
      ...unseen,
      title: `No container engine can be asked for ${container}`,
      whatToDo: `See whether it runs: \`systemctl status ${program}\`, and its socket: \`ls -l ${shellWord(socket, 'SOCKET')}\`. If linesman is in a container, mount the socket into it; docs/CHECKS.md says what that gives away.`,
    },
    'no-answer': {
      ...unseen,
      title: `The container engine does not answer about ${container}`,
      whatToDo: `Ask by hand: \`timeout 10 ${program} ps\`. If that hangs too, see \`journalctl -u ${program} -n 50\` and restart the engine: \`systemctl restart ${program}\`.`,
    },
    'not-permitted': {
      ...unseen,
      title: `linesman may not ask about container ${container}`,
      whatToDo: `See whose the socket is: \`stat -c '%U %G %a' ${shellWord(socket, 'SOCKET')}\`. Add linesman's user to that group: \`usermod -aG docker linesman\`; in a container give it the group's number, \`group_add\`. Who may use this socket is as mighty as root: docs/CHECKS.md names a way around.`,
    },
  };
}
