import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector } from '../../src/collectors/temperature.ts';
import { fakeMachine } from '../support/fake-proc.ts';

test('chips and zones tell their temperature, and how near the critical one is', async (t) => {
  const { places } = fakeMachine(t, {
    ...chip(0, { name: 'coretemp', temp1_label: 'Package id 0', temp1_input: '80000', temp1_crit: '100000' }),
    ...chip(1, { name: 'nvme', temp1_input: '42850' }),
    ...zone(0, { type: 'x86_pkg_temp', temp: '55000', trip_point_0_type: 'passive', trip_point_0_temp: '90000' }),
    ...zone(1, {
      type: 'acpitz',
      temp: '30000',
      trip_point_0_type: 'hot',
      trip_point_0_temp: '90000',
      trip_point_1_type: 'critical',
      trip_point_1_temp: '120000',
    }),
  });

  assert.deepEqual(
    Object.fromEntries((await collector.compile({}, places).collect()).map(({ series, value }) => [series, value])),
    {
      'host.temperature{sensor=coretemp Package id 0}': 80,
      'host.temperature.critical{sensor=coretemp Package id 0}': 80,
      'host.temperature{sensor=nvme temp1}': 42.85,
      'host.temperature{sensor=x86_pkg_temp}': 55,
      'host.temperature{sensor=acpitz}': 30,
      'host.temperature.critical{sensor=acpitz}': 25,
    },
  );
});

test('of several with one name the hottest is told', async (t) => {
  const { places } = fakeMachine(t, {
    ...zone(0, { type: 'cpu', temp: '50000' }),
    ...zone(1, { type: 'cpu', temp: '60000' }),
  });

  assert.deepEqual(await collector.compile({}, places).collect(), [
    { series: 'host.temperature{sensor=cpu}', value: 60 },
  ]);
});

test('thermometers that are not connected, disks that may sleep, and files that are none are left out', async (t) => {
  const { places } = fakeMachine(t, {
    ...chip(0, {
      name: 'nct6775',
      temp1_input: '-128000',
      temp2_input: '255000',
      temp3_input: '0',
      temp4_input: 'x',
      temp5_input: '',
    }),
    ...chip(1, { name: 'drivetemp', temp1_input: '35000' }),
    ...zone(0, { type: 'cpu' }),
  });

  assert.deepEqual(await collector.compile({}, places).collect(), []);
});

function chip(number: number, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return below(`sys/class/hwmon/hwmon${number}`, files);
}

function zone(number: number, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return below(`sys/class/thermal/thermal_zone${number}`, files);
}

function below(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, `${text}\n`]));
}
