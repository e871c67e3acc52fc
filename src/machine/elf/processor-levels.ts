/** For which levels of x86-64 libraries may be made that this processor runs: folders glibc-hwcaps/x86-64-v3 and the like. */

/**
 * Words of /proc/cpuinfo; each level needs those before it. x86-64 psABI, micro-architecture levels. LZCNT is left out:
 * some kernels do not say it (as abm), and whatever has the others of its level has it.
 */
const LEVELS: readonly (readonly [string, readonly string[]])[] = [
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'movbe', 'xsave']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
];

/** Best first; none for other processors. */
export function processorLevels(cpuinfo: string): readonly string[] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/) ?? []);
  const first = LEVELS.findIndex(([, needed]) => !needed.every((flag) => flags.has(flag)));
  return LEVELS.slice(0, first === -1 ? LEVELS.length : first)
    .map(([level]) => level)
    .reverse();
}
