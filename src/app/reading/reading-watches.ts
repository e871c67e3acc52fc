/** What linesman watches of its own reading, by source. The limits are those a person can act on before lines are lost. */
import type { WatchSpec } from '../../core/plugin.ts';

export const BLIND = 'linesman.source.blind';
export const READING_LAG = 'linesman.reading.lag';
export const READING_ROTATION = 'linesman.reading.rotation';
export const LINES_LOST = 'linesman.lines.lost';
export const LINES_UNPARSED = 'linesman.lines.unparsed';
export const CLOCK_OFFSET = 'linesman.source.clock';
export const AUDIT_GAP = 'linesman.audit.gap';

/** Figures come every ten seconds: three of them. */
const WINDOW_MS = 30_000;
/** Whoever can make lines be lost must not be able to make mails: one fault while it goes on. */
const LOSS_CLEAR_MS = 3_600_000;
/** An open one of the machine with a better rank would keep these from being told. */
const RANK = 3;

const SHARED = { detector: 'threshold', by: 'source', rank: RANK } as const;

export const READING_WATCHES: readonly WatchSpec[] = [
  {
    ...SHARED,
    name: BLIND,
    options: { series: BLIND, statistic: 'mean', window: WINDOW_MS, above: 300, leave: 1, unit: 'seconds' },
    severity: 'warning',
    clearAfterMs: 60_000,
    title: 'Unreadable log of one source',
    why: 'What is written to it is not counted, so nothing in it can be told. If it is rotated away meanwhile, its lines are lost.',
    whatToDo:
      'The lines above say what is in the way and what to do.\n`linesman sources` shows all sources with their files.\nNothing needs a restart of linesman: it tries again every second.',
  },
  {
    ...SHARED,
    name: READING_LAG,
    options: { series: READING_LAG, statistic: 'mean', window: WINDOW_MS, above: 120, leave: 10, unit: 'seconds' },
    severity: 'warning',
    clearAfterMs: 60_000,
    title: 'Reading delay of one source',
    why: 'Lines wait in the log longer than they should, so faults are told late. Nothing is lost as long as the files are there.',
    whatToDo:
      'After a pause or a first start this ends by itself: `linesman sources` shows what is still unread.\nIf it does not shrink, look at the processor (`top`) and at Redis (`redis-cli --latency`).\nUntil then do not delete rotated logs.',
  },
  {
    ...SHARED,
    name: READING_ROTATION,
    options: { series: READING_ROTATION, statistic: 'mean', window: WINDOW_MS, above: 60, leave: 1, unit: 'seconds' },
    severity: 'critical',
    clearAfterMs: 60_000,
    title: 'Unread rotated log of one source',
    why: 'The log was rotated before it was read to its end. The next rotations delete the file, and then its unread lines are lost for good.',
    whatToDo:
      'Keep the file: copy it away, or stop the rotation (`systemctl stop logrotate.timer`) until `linesman sources` shows nothing unread.\nThen find out why reading is slow or not permitted: the processor, Redis, or the rights of the file.',
  },
  {
    ...SHARED,
    name: LINES_LOST,
    options: { series: LINES_LOST, statistic: 'sum', window: 60_000, above: 1, unit: 'bytes' },
    severity: 'warning',
    clearAfterMs: LOSS_CLEAR_MS,
    title: 'Lost log lines of one source',
    why: 'These lines are in no count: faults of that time may be larger than told, or not be told at all. It cannot be made good.',
    whatToDo:
      'Cut off: rotate with `create` and a USR1 to Nginx instead of `copytruncate`.\nDeleted: keep more rotated files (`rotate 7`), and see why reading was behind.\nToo long: something writes lines of more than 1 MiB.\nThis is told once, and is over when nothing was lost for an hour.',
  },
  {
    ...SHARED,
    name: LINES_UNPARSED,
    options: { series: LINES_UNPARSED, statistic: 'mean', window: WINDOW_MS, above: 50, leave: 20, unit: 'percent' },
    severity: 'warning',
    clearAfterMs: 300_000,
    title: 'Unparsed log lines of one source',
    why: 'Most lines of this log match no pattern, or match none any more. They are read and counted, and nothing in them is watched: neither errors nor silence.',
    whatToDo:
      "Was the log_format changed? linesman reads nginx.conf at its start and on SIGHUP: `systemctl reload linesman`, `docker kill -s HUP linesman`.\nLook which one it has: `nginx -T | grep log_format`.\nSee how far each pattern comes with a line: `linesman explain 'LINE'`.\nHave a pattern made of the log_format: `linesman pattern from-nginx /etc/nginx/nginx.conf`, or write one (docs/PATTERNS.md).",
  },
  {
    ...SHARED,
    name: CLOCK_OFFSET,
    options: { series: CLOCK_OFFSET, statistic: 'mean', window: WINDOW_MS, above: 60, leave: 30, unit: 'seconds' },
    severity: 'warning',
    clearAfterMs: 60_000,
    title: 'Clock offset of one source',
    why: 'Lines are counted at the time they are stamped with. Those from the future count in no window, and those from long ago come too late to be judged, so faults in them are told late or not at all.',
    whatToDo:
      'The lines above say which lines they are, by how much they are off, and how to mend it.\nA wrong zone: name it by LINESMAN_TIMEZONE, or by `timezone` of the source in linesman.yaml, and start linesman again.\nA wrong clock: `timedatectl` on the machine that writes the log, and on this one.',
  },
  {
    ...SHARED,
    name: AUDIT_GAP,
    // Growths are added when they are known, which is once an interval of at most five minutes.
    options: { series: AUDIT_GAP, statistic: 'sum', window: 900_000, above: 1, unit: 'count' },
    severity: 'warning',
    clearAfterMs: 60_000,
    title: 'Unlogged requests of one source',
    why: 'Nginx answered requests whose lines linesman has not seen, twice in a row: lines are lost, or requests are not logged here.',
    whatToDo:
      'Look for `access_log off` or another access_log in a vhost or location (`nginx -T | grep access_log`).\nLook whether the disk of the log is full (`df`), and what Nginx says in its error log.\nIf it is meant to be so, take `audit` out of linesman.yaml.',
  },
];
