/** Thermometers of this machine: /sys/class/hwmon and /sys/class/thermal, as the kernel's sysfs-interface.rst and sysfs-api.rst have them. */
import { readdir, readFile } from 'node:fs/promises';
import type { MachinePlaces } from '../core/plugin.ts';

/** Thermometers read at most. */
const MAX_SENSORS = 64;
const MAX_ENTRIES = 500;
const TEXT_CHARS = 64;
/** What a thermometer that is not connected says lies outside. */
const CELSIUS_MIN = -40;
const CELSIUS_MAX = 200;
/** Asked for its temperature, a disk that sleeps may be kept from it (drivetemp.rst). */
const DISTURBING = 'drivetemp';

export interface Sensor {
  /** 'coretemp Core 0', 'x86_pkg_temp'. */
  readonly name: string;
  readonly celsius: number;
  /** From here on the hardware protects itself, by its own account. */
  readonly critical?: number;
}

/** Read without blocking: some hardware takes milliseconds to answer. Never rejects. */
export async function readSensors({ sys }: Pick<MachinePlaces, 'sys'>): Promise<readonly Sensor[]> {
  const [chips, zones] = await Promise.all([
    names(`${sys}/class/hwmon`, /^hwmon\d+$/),
    names(`${sys}/class/thermal`, /^thermal_zone\d+$/),
  ]);
  const found = await Promise.all([
    ...chips.map(async (chip) => await readChip(`${sys}/class/hwmon/${chip}`)),
    ...zones.map(async (zone) => await readZone(`${sys}/class/thermal/${zone}`)),
  ]);
  const byName = new Map<string, Sensor>();
  // Of several of one name the hottest speaks for them.
  for (const sensor of found.flat()) {
    const before = byName.get(sensor.name);
    if (before === undefined || before.celsius < sensor.celsius) byName.set(sensor.name, sensor);
  }
  return [...byName.values()].slice(0, MAX_SENSORS);
}

async function readChip(folder: string): Promise<readonly Sensor[]> {
  const chip = await textOf(`${folder}/name`);
  if (chip === DISTURBING) return [];
  const inputs = await names(folder, /^temp\d+_input$/);
  const read = inputs.map(async (input) => {
    const path = `${folder}/${input.replace(/_input$/, '')}`;
    const [label, celsius, critical] = await Promise.all([
      textOf(`${path}_label`),
      celsiusOf(`${path}_input`),
      celsiusOf(`${path}_crit`),
    ]);
    const name = `${chip || 'sensor'} ${label || input.replace(/_input$/, '')}`;
    return celsius === undefined ? [] : [{ name, celsius, ...(critical !== undefined && { critical }) }];
  });
  return (await Promise.all(read)).flat();
}

async function readZone(folder: string): Promise<readonly Sensor[]> {
  const [type, celsius, trips] = await Promise.all([
    textOf(`${folder}/type`),
    celsiusOf(`${folder}/temp`),
    names(folder, /^trip_point_\d+_type$/),
  ]);
  if (celsius === undefined) return [];
  const types = await Promise.all(trips.map(async (trip) => await textOf(`${folder}/${trip}`)));
  const trip = trips[types.indexOf('critical')];
  const critical = trip === undefined ? undefined : await celsiusOf(`${folder}/${trip.replace(/_type$/, '_temp')}`);
  return [{ name: type || 'thermal zone', celsius, ...(critical !== undefined && { critical }) }];
}

async function names(folder: string, wanted: RegExp): Promise<readonly string[]> {
  const all = await readdir(folder).catch(() => []);
  return all
    .filter((name) => wanted.test(name))
    .sort()
    .slice(0, MAX_ENTRIES);
}

/** Thousandths of a degree in the file. */
async function celsiusOf(path: string): Promise<number | undefined> {
  const text = await textOf(path);
  const celsius = Number(text) / 1_000;
  return text !== '' && celsius > CELSIUS_MIN && celsius < CELSIUS_MAX && celsius !== 0 ? celsius : undefined;
}

/** Empty where there is none. Files of sysfs have a page at most. */
async function textOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(0, TEXT_CHARS).trim();
}
