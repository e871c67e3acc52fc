/** How warm the hardware is, and how near to the temperature at which it protects itself. */
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';
import { readSensors, type Sensor } from '../machine/sensors.ts';

const TEMPERATURE = 'host.temperature';
const NEARNESS = 'host.temperature.critical';

const high: WatchSpec = {
  name: 'host.temperature.high',
  detector: 'threshold',
  options: { series: NEARNESS, statistic: 'mean', window: 600_000, above: 95, leave: 90, unit: 'percent' },
  by: 'sensor',
  severity: 'warning',
  clearAfterMs: 300_000,
  delivery: 'digest',
  rank: 3,
  title: 'Temperature, in percent of the critical one',
  why: 'The hardware is nearly as hot as it can bear. It makes itself slower, then switches itself off, and disks age.',
  whatToDo:
    'See all temperatures and fans: `sensors`. See whether a fan stands still, dust is in the way or the air conditioning has failed. See what keeps the machine busy: `top -o %CPU`.',
};

export const collector: CollectorPlugin = {
  name: 'temperature',
  describe: 'Temperatures that the hardware tells, and how near they are to the critical ones.',
  options: {},
  everyMs: 60_000,
  watches: [high],
  series: [
    { name: TEMPERATURE, unit: 'celsius', describe: 'temperature', by: 'sensor' },
    { name: NEARNESS, unit: 'percent', describe: 'of the temperature that the hardware calls critical', by: 'sensor' },
  ],
  compile: (_, places) => ({ collect: async () => (await readSensors(places)).flatMap(measurementsOf) }),
};

function measurementsOf({ name, celsius, critical }: Sensor): readonly Measurement[] {
  const labels = { sensor: name };
  return [
    { series: seriesKey(TEMPERATURE, labels), value: celsius },
    ...(critical !== undefined && critical > 0
      ? [{ series: seriesKey(NEARNESS, labels), value: Math.max(0, (celsius / critical) * 100) }]
      : []),
  ];
}
