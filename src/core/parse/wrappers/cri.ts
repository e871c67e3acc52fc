/** Kubernetes: `2026-11-25T08:22:39.123456789Z stdout F line`, as containerd, CRI-O and Podman write it. */
import type { OutputStream, Wrapped } from './wrapped.ts';

/** The tags behind the stream are joined by ':'; the first is F (full) or P (part). */
const HEADER =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[^ ]{0,100})? /;

export function unwrapCri(line: string): Wrapped | undefined {
  const header = HEADER.exec(line);
  if (!header) return undefined;
  const [whole, time = '', stream, tag] = header;
  return {
    text: line.slice(whole.length),
    stream: stream as OutputStream,
    isPart: tag === 'P',
    stamp: { format: 'iso8601', text: time },
  };
}
