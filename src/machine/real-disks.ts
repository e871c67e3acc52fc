/** Which mounted file systems can fill up and are measured, each once. */
import type { FileSystem } from './file-systems.ts';

/** Kinds that live in memory, only show what the kernel knows, or are full by nature. */
const UNREAL =
  /^(tmpfs|devtmpfs|ramfs|rootfs|squashfs|erofs|cramfs|iso9660|udf|proc|sysfs|cgroup2?|devfs|devpts|mqueue|hugetlbfs|debugfs|tracefs|securityfs|pstore|bpf|configfs|efivarfs|nsfs|autofs|binfmt_misc|rpc_pipefs|selinuxfs|fusectl|fuse\.(lxcfs|snapfuse|squashfuse|portal|gvfsd-fuse))$/;
const UNREAL_BELOW = /^\/(proc|sys|dev|run|snap)(\/|$)/;
/** What answers only while another machine does. */
const REMOTE = /^(nfs4?|cifs|smb3?|smbfs|ncpfs|afs|9p|ceph|glusterfs|lustre|gfs2?|ocfs2|beegfs|davfs|fuse|fuse\..+)$/;
/** Programs that show disks of this machine in another way; any other may fetch what it shows, as sshfs does. */
const LOCAL_PROGRAM = /^fuse\.(mergerfs|fuse-overlayfs|ext[234]|ntfs(-3g)?|exfat|zfs)$/;

export type Named = Pick<FileSystem, 'type' | 'mount'>;

/** Whether it may wait for another machine. */
export function isRemote({ type }: Pick<Named, 'type'>): boolean {
  const kind = type.toLowerCase();
  return REMOTE.test(kind) && !LOCAL_PROGRAM.test(kind);
}

/** Whether it lies on a disk of this machine, which can fill up. */
export function isReal({ type, mount }: Named): boolean {
  return !UNREAL.test(type.toLowerCase()) && !UNREAL_BELOW.test(mount) && !isRemote({ type });
}

/** Mount points separated by commas; one ending in /* stands for all below it. */
export function mountMatcher(list: string): (mount: string) => boolean {
  const rules = list
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '');
  return (mount) => rules.some((rule) => (rule.endsWith('/*') ? mount.startsWith(rule.slice(0, -1)) : mount === rule));
}

/** Bind mounts show one device many times; the shortest mount point speaks for it. */
export function onceEach(mounted: readonly FileSystem[]): readonly FileSystem[] {
  const byDevice = new Map<string, FileSystem>();
  for (const one of mounted) {
    const device = deviceOf(one, mounted);
    const before = byDevice.get(device);
    if (before === undefined || isNearerRoot(one.mount, before.mount)) byDevice.set(device, one);
  }
  return [...byDevice.values()];
}

/** An overlay has the size of the disk under it: in a container it is the same disk that /etc/hosts is mounted from. */
function deviceOf(one: FileSystem, mounted: readonly FileSystem[]): string {
  if (one.type !== 'overlay') return `${one.fs} ${one.size}`;
  const under = mounted
    .filter(({ type, size }) => type !== 'overlay' && size === one.size)
    .sort((a, b) => Math.abs(a.used - one.used) - Math.abs(b.used - one.used))[0];
  return under ? `${under.fs} ${under.size}` : `overlay ${one.size}`;
}

function isNearerRoot(mount: string, other: string): boolean {
  return mount.length < other.length || (mount.length === other.length && mount < other);
}
