/** Stories of checks: readings in real windows, the fault that they make, and a burst of 5xx that one of them explains. */
import { CHANGE_SERIES, CHECK_SERIES, checkWatchName, EVENT_SERIES } from '../../../src/core/check.ts';
import { seriesKey } from '../../../src/core/observe/series.ts';
import type { EvidenceView, Measurement, WatchSpec } from '../../../src/core/plugin.ts';
import type { MailParts } from '../../../src/core/render/model.ts';
import type { Fault, Finding, MailModel } from '../../../src/core/types.ts';
import { decodePage } from '../../../src/core/window/codec.ts';
import { createView } from '../../../src/core/window/view.ts';
import { createWindows } from '../../../src/core/window/windows.ts';
import { AT, faultOf, findingOf, modelOf, SINCE, thresholdFinding, watchOf } from './story.ts';

export const GONE = 'No process is named worker; pid 4711 ended.';

/** Seconds after SINCE, and what was measured then. */
export type Measured = readonly [second: number, ...measurements: readonly Measurement[]];

export function machineViewOf(measured: readonly Measured[]): EvidenceView {
  const windows = createWindows();
  for (const [second, ...measurements] of measured) {
    const time = SINCE + second * 1_000;
    windows.add({
      cells: measurements.map(({ series, value }) => ({ series, time, count: 1, sum: value })),
      tops: [],
      exemplars: measurements.flatMap(({ series, lines = [] }) => lines.map((line) => ({ series, time, line }))),
    });
  }
  const pages = windows.takeChanged().flatMap(({ bytes }) => decodePage(bytes) ?? []);
  return createView(pages, SINCE + Math.max(0, ...measured.map(([second]) => second)) * 1_000);
}

export function wrong(second: number, said = GONE, check = 'worker'): Measured {
  return [second, { series: seriesKey(CHECK_SERIES, { check }), value: 1, lines: [said] }];
}

/** Of what is well nothing is said. */
export function well(second: number, check = 'worker'): Measured {
  return [second, { series: seriesKey(CHECK_SERIES, { check }), value: 0 }];
}

export function change(second: number, line: string, kind = 'process'): Measured {
  return [second, { series: seriesKey(CHANGE_SERIES, { kind }), value: 1, lines: [line] }];
}

export function event(second: number, line: string, kind = 'deploy'): Measured {
  return [second, { series: seriesKey(EVENT_SERIES, { kind }), value: 1, lines: [line] }];
}

export function checkWatch(check = 'worker', changes: Partial<WatchSpec> = {}): WatchSpec {
  return watchOf({
    name: checkWatchName(check),
    detector: 'check',
    options: { check, causes: 'missing,restarts,not-permitted', every: 15_000 },
    rank: 3,
    title: `Check ${check}`,
    why: `What is asked of process ${check} fails.`,
    whatToDo: `Ask it by hand: \`linesman check ${check}\`.`,
    confirm: { bad: 2, of: 3 },
    causes: {
      missing: {
        title: `Process ${check} is not running`,
        severity: 'critical',
        why: 'Jobs stay in the queue until it runs again.',
        whatToDo: `See why it ended: \`journalctl -u ${check} -n 50\`. Start it: \`systemctl start ${check}\`.`,
      },
      restarts: {
        title: `Process ${check} is restarted again and again`,
        severity: 'warning',
        why: 'It does not come to work.',
        whatToDo: `See why it ends: \`journalctl -u ${check} -n 50\`.`,
      },
      'not-permitted': {
        title: `Processes of other users cannot be seen for check ${check}`,
        severity: 'warning',
        why: 'Nobody knows whether it runs.',
        whatToDo: 'Run linesman as a user that sees them.',
      },
    },
    ...changes,
  });
}

export function checkFinding(check = 'worker', changes: Partial<Finding> = {}): Finding {
  return thresholdFinding({
    ...{ watch: checkWatchName(check), source: 'machine', series: seriesKey(CHECK_SERIES, { check }) },
    ...{ value: 1, expected: 0, limit: 1, unit: 'count', windowMs: 1_000, cause: 'missing' },
    ...changes,
  });
}

/** since: seconds after SINCE. */
export function checkFault(check = 'worker', since = 0, changes: Partial<Fault> = {}): Fault {
  const finding = checkFinding(check, { since: SINCE + since * 1_000 });
  return faultOf(finding, { id: `fault of ${check}`, key: checkWatchName(check), ...changes });
}

/** A worker whose process is gone: well, then three readings that fail. */
export function goneModel(changes: Partial<MailParts> = {}): MailModel {
  return modelOf({
    leader: checkFault(),
    view: machineViewOf([well(-30), well(-15), wrong(0), wrong(15), wrong(29)]),
    watchOf: () => checkWatch(),
    reading: undefined,
    ...changes,
  });
}

/** The same, over after four minutes. */
export function wellAgainModel(): MailModel {
  const readings = Array.from({ length: 16 }, (_, i) => wrong(i * 15));
  const [at, wellSince] = [SINCE + 270_000, SINCE + 240_000];
  return goneModel({
    transition: 'resolved',
    leader: checkFault('worker', 0, { state: 'resolved', wellSince, resolvedAt: at }),
    view: machineViewOf([well(-15), ...readings, well(240)]),
    at,
  });
}

/** 502s whose upstream's process was seen to be gone a moment later, once so far, after a deployment. */
export function explainedModel(changes: Partial<MailParts> = {}): MailModel {
  const leader = faultOf(findingOf());
  return modelOf({
    leader,
    faults: [leader],
    watchOf: watchesOf([checkWatch()]),
    machineView: machineViewOf([
      event(-40, 'release 42 by anna'),
      well(-15),
      change(-3, 'Process worker ended: pid 4711 was there for 3 days.'),
      wrong(4),
    ]),
    nearbyFaults: [checkFault('worker', 4, { state: 'pending' })],
    at: AT,
    ...changes,
  });
}

export function watchesOf(watches: readonly WatchSpec[]): (name: string) => WatchSpec {
  return (name) => watches.find((one) => one.name === name) ?? watchOf({ name });
}
