/** What this machine is, in one sentence: what does not move, from systeminformation, which may ask programs for it. */

/** It asks for a name by DNS too, which may not answer. */
const WITHIN_MS = 4_000;

/** 'Debian GNU/Linux 12, kernel 6.1.0, 2 processors (AMD EPYC), 25.3 GB of memory'; undefined where it is not said in time. In a container: of that. */
export async function machineFacts(): Promise<string | undefined> {
  const { cpu, mem, osInfo } = await import('systeminformation');
  const asked = Promise.all([osInfo(), cpu(), mem()]).then(([system, { manufacturer, brand, cores }, { total }]) => {
    const processors = `${cores} ${cores === 1 ? 'processor' : 'processors'} (${[manufacturer, brand].join(' ').trim()})`;
    const memory = `${(total / 1e9).toPrecision(3)} GB of memory`;
    return [`${system.distro} ${system.release}`, `kernel ${system.kernel}`, processors, memory].join(', ');
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WITHIN_MS);
  });
  try {
    return await Promise.race([asked, tooLate]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
