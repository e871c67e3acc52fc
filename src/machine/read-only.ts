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
  const writable = new Set<string>();
  return {
    look(mount) {
      const { device, options, superOptions } = mount;
      const isStopped = superOptions.some((option) => EMERGENCY.includes(option));
      const isReadOnly = superOptions.includes('ro');
      if (!isReadOnly && !isStopped) {
        if (writable.size < MAX_DEVICES) writable.add(device);
        return undefined;
      }
      // Who mounts it read-only on purpose has both so; the kernel, after an error, changes the file system alone.
      const isByKernel = isStopped || !options.includes('ro');
      if (!isByKernel && !writable.has(device)) return undefined;
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
