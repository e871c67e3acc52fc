/** What is read of the files that people write; apart from what reads them, which most starts do without. */

/** A file is read whole; it is refused beyond this. */
export const MAX_FILE_BYTES = 256 * 1024;
/** Pattern and observation files of one folder. */
export const MAX_FILES = 500;
/** Folder within a folder of patterns. */
export const OBSERVATIONS = 'observations';
