/** What linesman says of itself, one JSON object a line on stdout: a static sentence and its fields. */
import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { visibleJson } from '../core/render/sanitise.ts';
import { harmless } from './harmless.ts';
import { plainLines } from './plain-lines.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** debug, info: do nothing; warn: look some day, nothing is lost; error: act, something is lost. */
export type Logger = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>>;

export interface MainLogger extends Logger {
  setLevel(level: LogLevel): void;
}

const TERMINAL: DestinationStream = {
  write(record) {
    process.stdout.write(plainLines(record));
  },
};

/**
 * Passwords in addresses and fields named after secrets are masked, long texts cut. Writes to stdout unless a
 * destination is given; to a terminal in plain lines, since nobody reads JSON there.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): MainLogger {
  const options = {
    level,
    // Whoever collects the lines of a container knows its pid and host already.
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    // Field values come from logs, and our log is read on terminals.
    hooks: { streamWrite: visibleJson },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const to = destination ?? (process.stdout.isTTY ? TERMINAL : undefined);
  const logger = to ? pino(options, to) : pino(options);
  const say = (at: LogLevel) => (fields: LogFields, message: string) => {
    if (logger.isLevelEnabled(at)) logger[at](harmless(fields), harmless(message));
  };
  return {
    ...{ debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    setLevel(next) {
      logger.level = next;
    },
  };
}
