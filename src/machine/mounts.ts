/** What is mounted where: /proc/PID/mountinfo, see proc_pid_mountinfo(5). */

export interface Mount {
  /** 'major:minor' of what the kernel has behind it: the same however often and wherever it is mounted. */
  readonly device: string;
  /** What of its file system is seen there. */
  readonly root: string;
  /** Where it is seen. */
  readonly point: string;
  readonly type: string;
  /** What it is mounted from: a device, a share, or a word. */
  readonly from: string;
  /** Of this place: 'ro', 'noexec'. */
  readonly options: readonly string[];
  /** Of the file system, wherever it is mounted. */
  readonly superOptions: readonly string[];
}

/** Lines that are none are left out. */
export function mountsIn(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device = '', root, point, options = ''] = before.split(' ');
    const [type = '', from = '', superOptions = ''] = after.split(' ');
    if (root === undefined || point === undefined) return [];
    return [
      {
        ...{ device, root: plain(root), point: plain(point), type, from: plain(from) },
        ...{ options: options.split(','), superOptions: superOptions.split(',') },
      },
    ];
  });
}

/** Spaces and the like stand as \040. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
