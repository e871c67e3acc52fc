/** Files of the kernel with a name and a number a line: /proc/meminfo, /proc/vmstat, cpu.stat and memory.events of a cgroup. */

/** By name, without the colon that some have behind it; what is behind the number, a unit, is left out. */
export function keyNumbers(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [, key = '', value] of text.matchAll(/^([\w()]+):?\s+(\d+)/gm)) numbers.set(key, Number(value));
  return numbers;
}
