/** Folders in which a loader looks, and the words that stand for some of them. ld.so(8), glibc's and Debian's; musl's ldso. */
import type { Elf } from './elf.ts';

/** How Debian and its kin call a kind of program, by e_machine; others have lib64 and lib. */
const TRIPLETS: Readonly<Record<string, string>> = {
  ...{ '3/32': 'i386-linux-gnu', '62/64': 'x86_64-linux-gnu', '62/32': 'x86_64-linux-gnux32' },
  ...{ '40/32': 'arm-linux-gnueabihf', '183/64': 'aarch64-linux-gnu', '243/64': 'riscv64-linux-gnu' },
  ...{ '21/64': 'powerpc64le-linux-gnu', '22/64': 's390x-linux-gnu', '258/64': 'loongarch64-linux-gnu' },
};
/** What $PLATFORM stands for: AT_PLATFORM of the kernel. */
const PLATFORMS: Readonly<Record<string, string>> = {
  ...{ '3/32': 'i686', '62/64': 'x86_64', '62/32': 'x86_64', '183/64': 'aarch64', '40/32': 'v7l' },
};
/** Folders of one list. */
const MAX_FOLDERS = 200;
const MUSL_DEFAULT = '/lib:/usr/local/lib:/usr/lib';

function kindOf({ machine, is64 }: Elf): string {
  return `${machine}/${is64 ? 64 : 32}`;
}

/** What glibc searches last, in its order. Folders that a distribution has not are not there, and cost nothing. */
export function usualFolders(elf: Elf): readonly string[] {
  const triplet = TRIPLETS[kindOf(elf)];
  const own = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [...own, ...(elf.is64 ? ['/lib64', '/usr/lib64'] : []), '/lib', '/usr/lib'];
}

/** What musl searches last: what its file says, by lines or colons, or its own list. */
export function muslFolders(pathFile: string | undefined): readonly string[] {
  return splitFolders(pathFile ?? MUSL_DEFAULT, /[:\n]/);
}

export function splitFolders(list: string, separator: RegExp = /:/): readonly string[] {
  return list.split(separator, MAX_FOLDERS);
}

export interface Words {
  /** Folder of the file in which the word stands. */
  readonly origin: string;
  readonly elf: Elf;
  /** This machine has folders by triplet. */
  readonly hasTriplet: boolean;
}

/** $ORIGIN, $LIB and $PLATFORM, in brackets or without. */
export function withWords(text: string, { origin, elf, hasTriplet }: Words): string {
  const kind = kindOf(elf);
  const triplet = hasTriplet ? TRIPLETS[kind] : undefined;
  const values: Readonly<Record<string, string | undefined>> = {
    ORIGIN: origin,
    LIB: triplet !== undefined ? `lib/${triplet}` : elf.is64 ? 'lib64' : 'lib',
    PLATFORM: PLATFORMS[kind],
  };
  return text.replace(
    /\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM))/g,
    (all, inner?: string, bare?: string) => {
      return values[inner ?? bare ?? ''] ?? all;
    },
  );
}

/** Whether folders by triplet are used here is told by that of this kind of program. */
export function tripletFolder(elf: Elf): string | undefined {
  const triplet = TRIPLETS[kindOf(elf)];
  return triplet === undefined ? undefined : `/lib/${triplet}`;
}
