/** Options that all detectors of counts have, in the same words. */
import type { OptionSpec } from '../plugin.ts';

export const MIN_TIMES: OptionSpec = {
  type: 'number',
  describe: 'Too many are at least this many times the usual.',
  example: 4,
  default: 4,
  min: 1.1,
  max: 1_000,
};

export const LEAVE: OptionSpec = {
  type: 'number',
  describe: 'Part of the limit to enter below which it is well again; too few by the inverse.',
  example: 0.5,
  default: 0.5,
  min: 0.3,
  max: 1,
};
