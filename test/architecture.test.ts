/** Holds the table of docs/ARCHITECTURE.md: who may import whom, where a package is at home, what is pure, what is dead. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const LINES_MAX = 250;
/** The nouns in the order they flow are one page, which two files would tear. */
const LONGER = ['core/types.ts'];

/** Only app joins the parts; a command may use one by itself. */
const ADAPTERS = [
  ...[
    'core',
    'config',
    'registry',
    'engine',
    'workers',
    'sources',
    'notifiers',
    'redis',
    'memory',
    'telemetry',
    'web',
    'machine',
  ],
  ...['version', 'data-folder', 'data-mirror', 'data-file'],
];
/** Folder (or file) to what it may import besides itself, and the packages at home there. */
const TABLE: Readonly<Record<string, { readonly may: readonly string[]; readonly packages: readonly string[] }>> = {
  core: { may: [], packages: ['simple-statistics'] },
  detectors: { may: ['core'], packages: ['simple-statistics'] },
  config: { may: ['core'], packages: ['yaml', 'zod', 'recheck'] },
  registry: { may: ['core'], packages: [] },
  engine: { may: ['core'], packages: [] },
  workers: { may: ['core'], packages: [] },
  sources: { may: ['core'], packages: ['chokidar'] },
  machine: { may: ['core'], packages: ['systeminformation'] },
  collectors: { may: ['core', 'machine'], packages: ['systeminformation'] },
  checks: { may: ['core', 'machine'], packages: [] },
  notifiers: { may: ['core'], packages: ['nodemailer'] },
  redis: { may: ['core'], packages: ['ioredis', 'bullmq'] },
  memory: { may: ['core'], packages: [] },
  telemetry: { may: ['core'], packages: ['pino', 'prom-client'] },
  web: { may: ['core'], packages: ['hono', '@hono/node-server'] },
  app: { may: ADAPTERS, packages: [] },
  cli: { may: ['app', ...ADAPTERS], packages: ['commander', 'smtp-server', 'mailparser', 'tail-file'] },
  main: { may: ['core', 'cli', 'version'], packages: ['commander'] },
  version: { may: [], packages: [] },
  'data-folder': { may: ['core', 'data-lock'], packages: [] },
  'data-mirror': { may: ['core', 'data-file'], packages: [] },
  'data-file': { may: [], packages: [] },
  'data-lock': { may: ['core', 'lock-holder'], packages: [] },
  'lock-holder': { may: ['core'], packages: [] },
};
/** What a value in core may not be made from: the world, the clock, chance, and time passing. */
const IMPURE =
  /\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bprocess\.|\bconsole\.|\basync\b|\bawait\b|\bPromise\b|\bperformance\.|\bglobalThis\b|\bfetch\(|\bset(Timeout|Interval|Immediate)\b/;
const PURE_PARTS = ['core', 'detectors'];
/** Pure, although it comes from node:. */
const PURE_IMPORTS: Readonly<Record<string, readonly string[]>> = { 'core/hash.ts': ['node:crypto'] };

interface Import {
  readonly of: string;
  readonly typeOnly: boolean;
}

/** Declarations of packages that come without types are no part of the program. */
const files = globSync('**/*.ts', { cwd: SRC, exclude: ['**/*.d.ts'] }).sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

test('a folder imports only what the table allows', () => {
  const wrong = files.flatMap((file) =>
    targets(file)
      .filter((target) => !mayImport(partOf(file), partOf(target)))
      .map((target) => `${file} imports ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test('a package is used only where it is at home', () => {
  const wrong = files.flatMap((file) =>
    packagesOf(file)
      .filter((name) => !TABLE[partOf(file)]?.packages.includes(name))
      .map((name) => `${file} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('core and detectors know no clock, no chance, no files and no promises', () => {
  const wrong = files
    .filter((file) => PURE_PARTS.includes(partOf(file)))
    .flatMap((file) => {
      const nodes = (imports.get(file) ?? []).filter(
        ({ of }) => of.startsWith('node:') && !PURE_IMPORTS[file]?.includes(of),
      );
      const found = IMPURE.exec(withoutComments(texts.get(file) ?? ''))?.[0];
      return [...nodes.map(({ of }) => `${file} imports ${of}`), ...(found ? [`${file} uses ${found}`] : [])];
    });
  // A port promises, since the world behind it is slow: the types of core/ports.ts, core/plugin.ts and core/check.ts say so.
  assert.deepEqual(
    wrong.filter((one) => !/^core\/(ports|plugin|check)\.ts uses Promise$/.test(one)),
    [],
  );
});

test('no file needs itself', () => {
  const cycles = files.filter((file) => reachable(valueTargets(file), valueTargets).has(file));
  assert.deepEqual(cycles, []);
});

test('every file is needed by the program or is a plug-in', () => {
  const plugins = files.filter((file) => ['detectors', 'collectors', 'checks'].includes(dirname(file)));
  const alive = reachable(['main.ts', ...plugins], targets);
  assert.deepEqual(
    files.filter((file) => !alive.has(file)),
    [],
  );
});

test(`no file has more than ${LINES_MAX} lines`, () => {
  const long = files.filter(
    (file) => !LONGER.includes(file) && (texts.get(file) ?? '').split('\n').length - 1 > LINES_MAX,
  );
  assert.deepEqual(long, []);
});

/** Static and dynamic imports, and what is exported from elsewhere. */
function importsOf(file: string): Import[] {
  const text = withoutComments(texts.get(file) ?? '');
  const fixed = text.matchAll(/^\s*(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...fixed].map(([, type, of = '']) => ({ of, typeOnly: type !== undefined })),
    ...[...dynamic].map(([, of = '']) => ({ of, typeOnly: false })),
  ];
}

function targets(file: string): string[] {
  return (imports.get(file) ?? []).filter(({ of }) => of.startsWith('.')).map(({ of }) => join(dirname(file), of));
}

/** Types are gone when the program runs. */
function valueTargets(file: string): string[] {
  return (imports.get(file) ?? [])
    .filter(({ of, typeOnly }) => of.startsWith('.') && !typeOnly)
    .map(({ of }) => join(dirname(file), of));
}

/** 'hono' of 'hono/secure-headers', '@hono/node-server' whole. */
function packagesOf(file: string): string[] {
  const names = (imports.get(file) ?? []).map(({ of }) => /^(?:@[^/]+\/)?[^./:][^/:]*(?=\/|$)/.exec(of)?.[0]);
  return names.filter((name) => name !== undefined);
}

function partOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : file.replace(/\.ts$/, '');
}

function mayImport(from: string, to: string): boolean {
  const may = TABLE[from]?.may ?? [];
  return from === to || may.includes(to);
}

function reachable(start: readonly string[], next: (file: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...next(file));
  }
  return seen;
}

/** Comments begin their line; elsewhere `/*` stands in globs. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}
