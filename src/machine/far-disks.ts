/** Which paths lie on disks of other machines, and how many looks at those may be under way: a dead one answers never. */
import { mountsIn } from './mounts.ts';
import { readText } from './read-text.ts';

/** File systems that wait for no other machine and no program; any other may. proc(5), filesystems in /proc/filesystems. */
const OWN_KINDS = new Set(
  [
    'ext2 ext3 ext4 xfs btrfs zfs f2fs bcachefs jfs reiserfs vfat exfat ntfs3 iso9660 squashfs erofs overlay aufs',
    'tmpfs devtmpfs ramfs rootfs hugetlbfs proc sysfs cgroup cgroup2 securityfs debugfs tracefs configfs bpf pstore',
    'efivarfs nsfs mqueue devpts fusectl binfmt_misc',
  ].flatMap((kinds) => kinds.split(' ')),
);
/** Hosts of containers have hundreds of lines. */
const MOUNTINFO_BYTES = 2_097_152;
/** So many threads of those that also read the logs (main.ts) may wait for disks that do not answer. */
const FAR_AT_ONCE = 2;

let underWay = 0;
const waiting: (() => void)[] = [];

/** Mount points of such disks below `root` as seen below it; none where the table cannot be read. */
export function farMounts(mountinfo: string, root: string): readonly string[] {
  return mountsIn(readText(mountinfo, MOUNTINFO_BYTES) ?? '').flatMap(({ point, type }) => {
    const isBelow = root === '' || point === root || point.startsWith(`${root}/`);
    return OWN_KINDS.has(type) || !isBelow ? [] : [point.slice(root.length) || '/'];
  });
}

/** Does the look when fewer than two others are under way; until then it waits, and so does who asked. */
export async function farLook<T>(look: () => Promise<T>): Promise<T> {
  // Who ends gives its place to the one that waits longest.
  if (underWay >= FAR_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else underWay += 1;
  try {
    return await look();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else underWay -= 1;
  }
}
