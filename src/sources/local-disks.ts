/** Which disks are this machine's own: they answer at once, so that asking them need not be left to another thread. */
import { statfs } from 'node:fs/promises';

/**
 * Kinds by statfs(2), none of which waits for another machine: ext2 to ext4, XFS, Btrfs, ZFS, F2FS, tmpfs, overlayfs.
 * Any other may be a network's, and a dead one answers never.
 */
const OWN_KINDS = new Set([0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0x01021994, 0x794c7630]);
/** Devices remembered; a machine has few. Those beyond are taken for a network's. */
const MAX_DEVICES = 100;

export interface LocalDisks {
  isLocal(device: number): boolean;
  /** Finds out, where it is not known yet; `path` is a file on the device. */
  learn(device: number, path: string): Promise<void>;
}

export function createLocalDisks(): LocalDisks {
  const known = new Map<number, boolean>();
  return {
    isLocal: (device) => known.get(device) === true,
    async learn(device, path) {
      if (known.has(device) || known.size >= MAX_DEVICES) return;
      const answer = await statfs(path).catch(() => undefined);
      if (answer) known.set(device, OWN_KINDS.has(answer.type));
    },
  };
}
