/** What can be wrong with a unit of systemd, and what to do about it. */
import type { Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { withinText } from '../starts/start-options.ts';
import type { UnitWanted } from './judge-unit.ts';

export function unitCauses({ unit, limit, startWithinMs }: UnitWanted): Causes {
  const word = shellWord(unit, 'UNIT');
  const look = `See its state and its last words: \`systemctl status ${word}\`, \`journalctl -u ${word} -n 50\`.`;
  const down = { severity: 'critical', why: 'What it does is not done, and who needs it gets errors.' } as const;
  const unseen = { severity: 'warning', why: 'Until it can be asked, nobody is told when the unit fails.' } as const;
  return {
    failed: {
      ...down,
      title: `Unit ${unit} failed`,
      whatToDo: `${look} Mend that, then start it: \`systemctl restart ${word}\`.`,
    },
    'oom-killed': {
      ...down,
      title: `Unit ${unit} was ended for want of memory`,
      whatToDo: `See what took the memory: \`journalctl -k -g 'Out of memory' -n 20\`, and its own limit: \`systemctl show -p MemoryMax ${word}\`. Then start it: \`systemctl restart ${word}\`.`,
    },
    inactive: {
      ...down,
      title: `Unit ${unit} is not running`,
      whatToDo: `${look} Start it: \`systemctl start ${word}\`; at every boot: \`systemctl enable ${word}\`.`,
    },
    starting: {
      ...down,
      title: `Unit ${unit} does not get started`,
      why: `It has been starting for more than ${startWithinMs / 1_000} seconds.`,
      whatToDo: `${look} See what it waits for: \`systemctl list-jobs\`, \`systemctl list-dependencies ${word}\`.`,
    },
    restarts: {
      ...down,
      title: `Unit ${unit} restarts again and again`,
      why: `systemd restarted it ${limit.restarts} times or more within ${withinText(limit)}: it fails, is started, and fails again.`,
      whatToDo: look,
    },
    'not-found': {
      ...down,
      title: `There is no unit ${unit}`,
      whatToDo: `See how it is called here: \`systemctl list-unit-files | grep -F ${word}\`. If its file is new: \`systemctl daemon-reload\`.`,
    },
    'no-systemd': {
      ...unseen,
      title: `systemd cannot be asked for unit ${unit}`,
      whatToDo:
        'See whether systemd runs here: `ps -p 1 -o comm=`. Where it does not, watch the process: `kind: process`.',
    },
    'no-answer': {
      ...unseen,
      title: `systemd does not answer about unit ${unit}`,
      whatToDo: `Ask by hand: \`systemctl status ${word}\`. If that hangs too, see \`journalctl -b _PID=1 -n 50\`; \`systemctl daemon-reexec\` starts systemd anew without ending services.`,
    },
    'not-permitted': {
      ...unseen,
      title: `linesman may not ask about unit ${unit}`,
      whatToDo: `In a container mount the host's bus: \`/run/dbus/system_bus_socket:/run/dbus/system_bus_socket\`; where AppArmor still refuses it, add \`security_opt: [apparmor=unconfined]\`. Elsewhere see whether linesman's user may: \`busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Version\`.`,
    },
  };
}
