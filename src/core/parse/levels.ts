/** The levels of programs' logs in one spelling: a word of whatever case, a letter, or the number of pino or syslog. */

const SPELLINGS = {
  trace: 'trace t finest finer silly verbose v',
  debug: 'debug dbg dbug d fine . -',
  info: 'info information inf i log system http statement success config',
  notice: 'notice note n *',
  warning: 'warning warn wrn w #',
  error: 'error err eror erro e severe',
  critical: 'critical crit c fatal ftl f dpanic',
  alert: 'alert a',
  emergency: 'emergency emerg panic pnc',
} as const;

export type Level = keyof typeof SPELLINGS;

/** Of syslog, by number. RFC 5424, 6.2.1. */
const SYSLOG: readonly Level[] = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
/** Of pino and bunyan, by tens from 10 on. */
const PINO: readonly Level[] = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

const LEVELS = new Map<string, Level>(
  Object.entries(SPELLINGS).flatMap(([level, words]) =>
    words.split(' ').map((word): [string, Level] => [word, level as Level]),
  ),
);

/** Longer ones are no level. */
const WORD_CHARS = 12;

/** Undefined where the text is no level. `trace1` to `trace8` (Apache) and `debug1` to `debug5` (PostgreSQL) are levels too. */
export function readLevel(text: string): Level | undefined {
  if (text.length > WORD_CHARS) return undefined;
  if (/^\d{1,2}$/.test(text)) return SYSLOG[Number(text)] ?? PINO[Math.floor(Number(text) / 10) - 1];
  const word = text.toLowerCase();
  return LEVELS.get(word) ?? LEVELS.get(word.replace(/^(trace|debug)\d$/, '$1'));
}
