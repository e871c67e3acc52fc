/** What of this machine changes how linesman reads: file watches, and who asks. */
import { readFile } from 'node:fs/promises';
import type { Checkup } from '../../core/checkup.ts';
import type { Place } from '../../core/reading/state.ts';
import { machineFacts } from '../../machine/facts.ts';
import { lookAround } from '../place/surroundings.ts';

const AREA = 'machine';
const WATCHES = 'fs.inotify.max_user_watches';
const INSTANCES = 'fs.inotify.max_user_instances';
/** Older kernels give 8192 to all programs of a user, which one editor can use up. */
const WATCHES_MIN = 8_193;
const INSTANCES_MIN = 64;

/** `root` is the folder in which the machine's /proc is, '/' but in tests. */
export async function checkMachine(root = '/'): Promise<readonly Checkup[]> {
  const [facts, watches, instances] = await Promise.all([
    machineFacts(),
    ...[WATCHES, INSTANCES].map(async (name) => await readLimit(root, name)),
  ] as const);
  return [
    ...(facts === undefined ? [] : [{ area: AREA, result: 'ok', says: `${facts}.` } as const]),
    ...asRoot((await lookAround()).place),
    ...limitCheckups(WATCHES, watches, WATCHES_MIN),
    ...limitCheckups(INSTANCES, instances, INSTANCES_MIN),
  ];
}

/** What root may read says nothing of what the service may. */
function asRoot(place: Place): readonly Checkup[] {
  if (process.getuid?.() !== 0) return [];
  return [
    {
      ...{ area: AREA, result: 'note' },
      says: 'You ask as root, who may read everything. If linesman runs as another user, ask as that one:',
      remedy: [
        place === 'host' ? 'runuser -u linesman -- linesman doctor' : 'docker exec -u 1000 linesman linesman doctor',
      ],
    },
  ];
}

function limitCheckups(name: string, value: number | undefined, least: number): readonly Checkup[] {
  if (value === undefined) return [];
  if (value >= least) return [{ area: AREA, result: 'ok', says: `${name} is ${value}.` }];
  return [
    {
      ...{ area: AREA, result: 'note' },
      says: `${name} is only ${value}. When it is used up, logs are looked at four times a second instead of being woken for. Raise it on the machine itself:`,
      remedy: [`sysctl -w ${name}=${least * 64}`, `echo ${name}=${least * 64} > /etc/sysctl.d/60-linesman.conf`],
    },
  ];
}

async function readLimit(root: string, name: string): Promise<number | undefined> {
  const text = await readFile(`${root}proc/sys/${name.replaceAll('.', '/')}`, 'utf8').catch(() => '');
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
