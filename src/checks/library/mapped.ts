/** Which programs and libraries a process has in its memory: /proc/PID/maps, see proc_pid_maps(5). */

export interface Mapped {
  readonly path: string;
  /** Its name was removed or given to another file since. */
  readonly isDeleted: boolean;
  /** In a folder into which programs write libraries for themselves. */
  readonly isPassing: boolean;
  /** 'major:minor' of its disk, in hex as the kernel has it, and its inode. */
  readonly device: string;
  readonly inode: string;
}

/** Different files of one process; Java and Chromium have some hundreds. */
const MAX_FILES = 2_000;
const DELETED = ' (deleted)';
/** address, permissions, offset, device, inode, path. */
const LINE = /^[0-9a-f]+-[0-9a-f]+ \S{4} [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +(\/.*)$/;
const LIBRARY = /\.so(?:\.[^/]*)?$/;
/** No files of a disk, or none that last: shared memory, devices, code that programs write for themselves. */
const NO_FILE = /^\/(?:memfd:|dev\/|SYSV|\[|drm|anon_hugepage)/;
/** Java, PyInstaller and others unpack libraries into such folders, map them and remove them. The list follows needrestart's. */
const PASSING = /^\/(?:var\/)?run\/|\/\.?(?:tmp|temp|cache)\//i;

/** Libraries only, each once. */
export function mappedLibraries(maps: string): readonly Mapped[] {
  const found = new Map<string, Mapped>();
  for (const line of maps.split('\n')) {
    const [, device, inode, name] = LINE.exec(line) ?? [];
    if (device === undefined || inode === undefined || name === undefined || found.has(`${inode} ${name}`)) continue;
    const { path, isDeleted } = withoutMark(name);
    if (!LIBRARY.test(path) || NO_FILE.test(path)) continue;
    found.set(`${inode} ${name}`, { path, isDeleted, isPassing: PASSING.test(path), device, inode });
    if (found.size >= MAX_FILES) break;
  }
  return [...found.values()];
}

/** The kernel's mark for a name that is gone, behind links in /proc too. */
export function withoutMark(name: string): { readonly path: string; readonly isDeleted: boolean } {
  const isDeleted = name.endsWith(DELETED);
  return { path: isDeleted ? name.slice(0, -DELETED.length) : name, isDeleted };
}

/** 'major:minor' as in maps of what stat calls the device. makedev(3), glibc's encoding. */
export function mapsDevice(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
}
