/** What stands around a line, by its name. */
import type { Wrapped } from './wrapped.ts';

export const WRAPPER_NAMES = {
  docker: "Docker's json-file",
  cri: 'Kubernetes (CRI), Podman',
  journal: 'the journal as JSON',
  syslog: 'syslog',
} as const;
export type WrapperName = keyof typeof WRAPPER_NAMES;

const BRACE = 123;
/** Only a runtime of containers names the output behind the time. */
const CRI = /^[^ ]+ (?:stdout|stderr) [FP](?::[^ ]{0,100})? /;

/** `line` as it stands in the file, and what unwrap() made of it. */
export function wrapperName(line: string, { stamp }: Pick<Wrapped, 'stamp'>): WrapperName {
  if (line.charCodeAt(0) === BRACE) return stamp?.format === 'micros' ? 'journal' : 'docker';
  return CRI.test(line) ? 'cri' : 'syslog';
}
