/** A record of a file, for tests of what is said of records. */
import type { FileRecord } from '../../../src/core/types.ts';

export function fileRecord(changes: Partial<FileRecord> = {}): FileRecord {
  return {
    ...{ generation: 'g1', name: '/logs/access.log', dev: 1, ino: 1, offset: 0, size: 0 },
    ...{ fpLength: 0, fpHash: '', marker: '', skip: false, state: 'live' },
    ...changes,
  };
}
