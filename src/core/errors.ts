/** Kinds of error: the user's mistakes (exit 78) and the world's failures. Our own bugs are plain Errors. */

/** Every code linesman can end or complain with; docs/ERRORS.md has a paragraph for each, and a test compares them. */
export const ERROR_CODES = {
  CONFIG: 'The configuration or a pattern file has a mistake.',
  USAGE: 'The command line has a mistake.',
  DATA_FOLDER: 'The data folder cannot be used.',
  DATA_FOLDER_TAKEN: 'Another linesman uses the data folder.',
  REDIS_MISSING: 'No Redis program was found to start.',
  REDIS_START: 'The embedded Redis did not start.',
  REDIS_URL: 'The Redis address is malformed.',
  REDIS_AUTH: 'Redis refused the password.',
  REDIS_OLD: 'Redis is older than 7.0.',
  REDIS_POLICY: 'Redis may evict keys.',
  STATE_NEWER: 'The stored state was written by a newer linesman.',
  INPUT: 'An input file cannot be read.',
  NOT_RUNNING: 'No linesman runs there.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A mistake somebody can mend: the message says what was given, what is allowed, what to do. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.exitCode = options.exitCode ?? 78;
  }
}

/** Text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
