/** Whether the clock of this machine jumps, and by how much it is wrong as a time server says, where one is named. */
import { CHANGE_SERIES } from '../core/check.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { valueText } from '../core/render/units.ts';
import { askNtp, type ClockOffset, type NtpServer, ntpServer } from '../machine/ntp.ts';
import { readText } from '../machine/read-text.ts';

const OFFSET = 'host.clock.offset';
const ANSWERED = 'host.clock.answered';
const JUMP = 'host.clock.jump';

/** A time server that everybody may ask wants to be asked no oftener than every few minutes. */
const ASK_EVERY_MS = 300_000;
/** Adjusting a clock without a jump changes it by half a thousandth at most (adjtimex(2)): 30 ms a minute. */
const JUMP_SECONDS = 0.5;
const EVERY_MS = 60_000;

const offset: WatchSpec = {
  name: 'host.clock.offset',
  detector: 'threshold',
  options: { series: OFFSET, statistic: 'mean', window: 1_200_000, above: 0.25, leave: 0.1, unit: 'seconds' },
  severity: 'warning',
  clearAfterMs: 600_000,
  delivery: 'digest',
  rank: 3,
  title: 'Error of the clock',
  why: 'The clock of this machine is wrong. Its logs cannot be laid beside those of others, codes of two-factor logins and certificates are refused, databases that copy each other disagree.',
  whatToDo:
    'See whether the clock is kept: `timedatectl` (System clock synchronized: yes), and by whom: `chronyc tracking` or `timedatectl timesync-status`. Where nothing keeps it: `apt-get install chrony`. Where UDP port 123 is closed on the way have it opened.',
};

export const collector: CollectorPlugin = {
  name: 'clock',
  describe: 'Jumps of the clock, and its error as a time server says that you name.',
  options: {
    server: {
      type: 'text',
      describe: 'Time server (NTP) that is asked every five minutes; without one only jumps are seen.',
      example: 'pool.ntp.org',
      default: '',
    },
  },
  everyMs: EVERY_MS,
  watches: [offset],
  series: [
    { name: JUMP, unit: 'seconds', describe: 'by how much the clock was set since the last reading' },
    { name: OFFSET, unit: 'seconds', describe: 'error of the clock, as the time server said within five minutes' },
    { name: ANSWERED, unit: 'count', describe: '1: the time server answered' },
    { name: CHANGE_SERIES, unit: 'count', describe: 'the clock was set', by: 'kind' },
  ],
  compile({ server }, places) {
    const given = String(server ?? '').trim();
    const known = given === '' ? undefined : ntpServer(given);
    if (given !== '' && !known) {
      throw new UserError(
        'CONFIG',
        `collectors.clock: server: "${given}" is no time server; write a name or an address such as pool.ntp.org or 10.0.0.1:123`,
      );
    }
    return createClockReader(known, { wall: Date.now, steady: steadyClock(places), ask: askNtp });
  },
};

export interface Clocks {
  /** ms: the clock on the wall, which may be set, and one that nobody sets and that goes on while the machine sleeps. */
  readonly wall: () => number;
  readonly steady: () => number;
  readonly ask: (server: NtpServer) => Promise<ClockOffset>;
}

export function createClockReader(
  server: NtpServer | undefined,
  clocks: Clocks,
): { collect(): Promise<readonly Measurement[]> } {
  let between: number | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: readonly Measurement[] = [];

  function jump(): readonly Measurement[] {
    const before = between;
    between = clocks.wall() - clocks.steady();
    return before === undefined ? [] : jumpMeasurements((between - before) / 1_000);
  }

  return {
    async collect() {
      const jumped = jump();
      // A clock that was set has another error than before.
      if (server && (jumped.length > 1 || clocks.steady() - askedAt >= ASK_EVERY_MS)) {
        askedAt = clocks.steady();
        answer = await offsetMeasurements(server, clocks);
      }
      return [...jumped, ...answer];
    },
  };
}

/** Time since the machine started (CLOCK_BOOTTIME): that of the process stands still while a machine sleeps, whose clock on the wall would seem to be set. */
export function steadyClock({ proc }: Pick<MachinePlaces, 'proc'>, own = () => performance.now()): () => number {
  const uptime = () => Number.parseFloat(readText(`${proc}/uptime`) ?? '') * 1_000;
  return Number.isFinite(uptime()) ? uptime : own;
}

function jumpMeasurements(seconds: number): readonly Measurement[] {
  const value = Math.abs(seconds);
  const measured = { series: JUMP, value };
  if (value < JUMP_SECONDS) return [measured];
  const line = `The clock of this machine was set ${valueText(value, 'seconds')} ${seconds > 0 ? 'forward' : 'back'}.`;
  return [measured, { series: seriesKey(CHANGE_SERIES, { kind: 'clock' }), value: 1, lines: [line] }];
}

async function offsetMeasurements(server: NtpServer, { ask }: Clocks): Promise<readonly Measurement[]> {
  try {
    const { seconds, roundTripSeconds } = await ask(server);
    const value = Math.abs(seconds);
    const line = `The clock of this machine is ${valueText(value, 'seconds')} ${seconds > 0 ? 'behind' : 'ahead of'} that of ${server.host}, whose answer took ${valueText(roundTripSeconds, 'seconds')}.`;
    return [
      { series: ANSWERED, value: 1 },
      { series: OFFSET, value, lines: [line] },
    ];
  } catch (error) {
    return [
      { series: ANSWERED, value: 0, lines: [`The time server ${server.host} said nothing: ${messageOf(error)}.`] },
    ];
  }
}
