/** The places of this machine's own figures, as tests look at them. */
import type { MachinePlaces } from '../../src/core/plugin.ts';

export const THIS_MACHINE: MachinePlaces = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };
