/** The rows in the order of the table. */
import type { Row } from '../row.ts';
import { attack } from './attack.ts';
import { collectors } from './collectors.ts';
import { cores } from './cores.ts';
import { idle } from './idle.ts';
import { live } from './live.ts';
import { memory } from './memory.ts';
import { quiet } from './quiet.ts';
import { regexp } from './regexp.ts';
import { replayCombined, replayNamed, replayTimed } from './replay.ts';
import { start } from './start.ts';

export const ROWS: readonly Row[] = [
  ...[replayTimed, replayNamed, replayCombined, cores, regexp, live, quiet, idle, memory, collectors, start, attack],
];
