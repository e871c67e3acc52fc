/** File systems that were writable and are no longer: the kernel takes the right away where the disk fails. */
import type { Mount } from './mounts.ts';

/** Devices remembered; a machine has few. */
const MAX_DEVICES = 1_000;
/** Of ext4, since Linux 6.15 and 6.6: nothing is written any more, though it still says rw. */
const EMERGENCY = ['emergency_ro', 'shutdown'];

export interface ReadOnly {
  /** One sentence where it cannot be written any more; undefined where it can, or never could. */
  look(mount: Mount): string | undefined;
}

export function createReadOnly(): ReadOnly {
  /** How each was when it was seen first; what the kernel had stopped writing to was writable before. */
  const first = new Map<string, 'writable' | 'read-only'>();

  function noteFirst(device: string, was: 'writable' | 'read-only'): void {
    if (!first.has(device) && first.size < MAX_DEVICES) first.set(device, was);
  }

  return {
    look(mount) {
      const { device, options, superOptions } = mount;
      const isStopped = superOptions.some((option) => EMERGENCY.includes(option));
      const isReadOnly = superOptions.includes('ro');
      // Who mounts it read-only on purpose has both so; the kernel, after an error, changes the file system alone.
      const isByKernel = isStopped || (isReadOnly && !options.includes('ro'));
      noteFirst(device, isReadOnly && !isByKernel ? 'read-only' : 'writable');
      if (!isReadOnly && !isStopped) return undefined;
      // One that is made writable for a backup or an upgrade, and read-only again, is as somebody wants it.
      if (!isByKernel && first.get(device) !== 'writable') return undefined;
      return sentence(mount, isByKernel);
    },
  };
}

function sentence({ point, from, type, superOptions }: Mount, isByKernel: boolean): string {
  const who = isByKernel
    ? 'the kernel stopped writing to it, as it does after an error'
    : 'it was mounted read-only anew';
  const option = superOptions.find((one) => one.startsWith('errors='));
  return `${point} (${from}, ${type}) cannot be written any more: ${who}${option ? ` (${option})` : ''}.`;
}
