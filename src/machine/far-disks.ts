/** Which paths lie on disks of other machines, and how many looks at those may be under way: a dead one answers never. */
import { readFileSync } from 'node:fs';

/** File systems that wait for no other machine and no program; any other may. proc(5), filesystems in /proc/filesystems. */
const OWN_KINDS = new Set([
  ...[
    'ext2',
    'ext3',
    'ext4',
    'xfs',
    'btrfs',
    'zfs',
    'f2fs',
    'bcachefs',
    'jfs',
    'reiserfs',
    'vfat',
    'exfat',
    'ntfs3',
    'iso9660',
  ],
  ...[
    'tmpfs',
    'devtmpfs',
    'ramfs',
    'hugetlbfs',
    'overlay',
    'aufs',
    'squashfs',
    'erofs',
    'rootfs',
    'nsfs',
    'mqueue',
    'devpts',
  ],
  ...[
    'proc',
    'sysfs',
    'cgroup',
    'cgroup2',
    'securityfs',
    'debugfs',
    'tracefs',
    'configfs',
    'bpf',
    'pstore',
    'efivarfs',
  ],
  ...['fusectl', 'binfmt_misc'],
]);
/** Mounts looked through; a machine with many containers has some hundreds. */
const MAX_MOUNTS = 10_000;
/** Node's pool has four threads, which also read the logs: so many of them may wait for a disk that does not answer. */
const FAR_AT_ONCE = 2;

let underWay = 0;
const waiting: (() => void)[] = [];

/** Mount points of such disks below `root` as seen below it; none where the table cannot be read. */
export function farMounts(mountinfo: string, root: string): readonly string[] {
  const text = readOr(mountinfo);
  return text.split('\n', MAX_MOUNTS).flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const kind = after.split(' ')[0] ?? '';
    const isBelow = root === '' || point === root || point.startsWith(`${root}/`);
    return kind === '' || OWN_KINDS.has(kind) || !isBelow ? [] : [point.slice(root.length) || '/'];
  });
}

/** Does the look when fewer than two others are under way; until then it waits, and so does who asked. */
export async function farLook<T>(look: () => Promise<T>): Promise<T> {
  if (underWay >= FAR_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  underWay += 1;
  try {
    return await look();
  } finally {
    underWay -= 1;
    waiting.shift()?.();
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Spaces and the like stand as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
