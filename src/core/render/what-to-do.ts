/** What a mail says to do, with the name of the thing in its commands, so that they can be typed as they are. */
import { LABEL_CHARS } from '../observe/series.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Finding } from '../types.ts';
import { causeOf } from './fault-title.ts';

/**
 * What a shell takes for one word, and no program for an option. Of another name the placeholder stays: it may be
 * somebody's who wants it to be run.
 */
const PLAIN = /^[\w/][\w@%+:,./-]*$/;

/** A label of a watch of the machine stands in its text in capitals: `du -xh MOUNT`. */
export function whatToDoOf(watch: WatchSpec, finding: Finding): string {
  const { whatToDo } = causeOf(watch, finding) ?? watch;
  const name = watch.by;
  const value = name === undefined ? undefined : finding.labels[name];
  if (name === undefined || value === undefined || !isWhole(value)) return whatToDo;
  return whatToDo.replace(new RegExp(`\\b${name.toUpperCase()}\\b`, 'g'), () => value);
}

/** A label that is too long was cut, and names another thing or none. */
function isWhole(value: string): boolean {
  return PLAIN.test(value) && value.length < LABEL_CHARS;
}
