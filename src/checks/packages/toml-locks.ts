/** poetry.lock and uv.lock: TOML as those programs write it, a table [[package]] each. No other TOML is read. */
import { pythonName } from './python-names.ts';
import { BadLockfile, type Wanted } from './wanted.ts';

interface Table {
  /** Values as they are written, quotes and all; a list over several lines is joined. */
  readonly values: ReadonlyMap<string, string>;
}

const KEY = /^([A-Za-z0-9_-]+)\s*=\s*(.*)$/;
/** Of one value: lists of files and hashes are long, and of no use here. */
const VALUE_CHARS = 262_144;

/** poetry says of each package whether it is for development, optional, or only for some systems. */
export function poetryWanted(text: string, isWithDev: boolean): readonly Wanted[] {
  return tablesOf(text).flatMap(({ values }) => {
    const [name, version] = [textOf(values.get('name')), textOf(values.get('version'))];
    const groups = values.get('groups');
    const isDev = textOf(values.get('category')) === 'dev' || (groups !== undefined && !groups.includes('"main"'));
    if (name === undefined || (isDev && !isWithDev)) return [];
    const isOptional = values.get('optional') === 'true' || values.has('markers');
    return [{ name: pythonName(name), versions: version === undefined ? [] : [version], isOptional }];
  });
}

/** uv names what needs what: wanted is what the project's own packages need, without a condition all the way. */
export function uvWanted(text: string, isWithDev: boolean): readonly Wanted[] {
  const tables = tablesOf(text);
  const byName = Map.groupBy(tables, ({ values }) => pythonName(textOf(values.get('name')) ?? ''));
  const own = tables.filter(({ values }) => /\b(?:virtual|editable)\s*=/.test(values.get('source') ?? ''));
  const needed = new Map<string, boolean>();
  const queue = own.flatMap(({ values }) => [
    ...needsOf(values.get('dependencies')),
    ...(isWithDev
      ? [...values].filter(([key]) => key.startsWith('dev-dependencies.')).flatMap(([, list]) => needsOf(list))
      : []),
  ]);
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const before = needed.get(one.name);
    // Once more where it was known with a condition only, and is needed without one now.
    if (before === false || before === one.isOptional) continue;
    needed.set(one.name, one.isOptional);
    for (const { values } of byName.get(one.name) ?? [])
      for (const next of needsOf(values.get('dependencies')))
        queue.push({ name: next.name, isOptional: one.isOptional || next.isOptional });
  }
  const ownNames = new Set(own.map(({ values }) => pythonName(textOf(values.get('name')) ?? '')));
  return [...needed].flatMap(([name, isOptional]) => {
    const versions = (byName.get(name) ?? []).flatMap(({ values }) => textOf(values.get('version')) ?? []);
    return ownNames.has(name) ? [] : [{ name, versions, isOptional }];
  });
}

/** [{ name = "x", marker = "…" }, …] */
function needsOf(list = ''): readonly { readonly name: string; readonly isOptional: boolean }[] {
  return [...list.matchAll(/\{\s*name\s*=\s*"([^"]+)"((?:[^{}"]|"[^"]*")*)/g)].map(([, name = '', rest = '']) => ({
    name: pythonName(name),
    isOptional: /\bmarker\s*=/.test(rest),
  }));
}

/** Keys of tables inside a package have their table's name before them: 'dev-dependencies.test'. */
function tablesOf(text: string): readonly Table[] {
  const tables: { readonly values: Map<string, string> }[] = [];
  let prefix: string | undefined;
  let open: { readonly key: string; value: string } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const values = tables.at(-1)?.values;
    if (open && values) {
      if (open.value.length < VALUE_CHARS) open.value += line;
      if (line.trim() !== ']') continue;
      values.set(open.key, open.value);
      open = undefined;
    } else if (line.startsWith('[')) {
      prefix = /^\[package\.([\w-]+)\]/.exec(line)?.[1];
      if (line.startsWith('[[package]]')) tables.push({ values: new Map() });
      else if (prefix === undefined) prefix = 'other';
    } else {
      const [, key, value] = KEY.exec(line) ?? [];
      if (!values || key === undefined || value === undefined) continue;
      const name = prefix === undefined ? key : `${prefix}.${key}`;
      if (value.trim() === '[') open = { key: name, value: '[' };
      else values.set(name, value.trim());
    }
  }
  if (tables.length === 0) throw new BadLockfile('there is no [[package]] in it');
  return tables;
}

function textOf(value: string | undefined): string | undefined {
  return /^"([^"]*)"/.exec(value ?? '')?.[1];
}
