/** The folders a loader searches, one rule a test, in roots made of small ELF files; and ld.so itself asked about this machine's programs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { closureOf } from '../../../src/machine/elf/loader.ts';
import { createElfMemory } from '../../../src/machine/elf/memory.ts';
import { processorLevels } from '../../../src/machine/elf/processor-levels.ts';
import { createRootedFiles } from '../../../src/machine/rooted-files.ts';
import { madeCache, madeElf } from './made-elf.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Content = Parameters<typeof madeElf>[0] | Buffer | string;
const LOADER = { '/lib64/ld-linux-x86-64.so.2': { soname: 'ld-linux-x86-64.so.2' } };
const interpreter = '/lib64/ld-linux-x86-64.so.2';

/** Text: a link to it. */
function rootOf(files: Readonly<Record<string, Content>>): string {
  const root = mkdtempSync(join(tmpdir(), 'linesman-root-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    if (typeof content === 'string') symlinkSync(content, join(root, path));
    else writeFileSync(join(root, path), Buffer.isBuffer(content) ? content : madeElf(content));
  }
  return root;
}

async function found(
  root: string,
  path: string,
  surroundings: { libraryPath?: string; levels?: readonly string[] } = {},
) {
  const files = createRootedFiles({ root, mountinfo: '/proc/self/mountinfo', signal: AbortSignal.timeout(60_000) });
  const memory = createElfMemory();
  const file = await files.find(path);
  const elf = file && (await memory.elf(files, file));
  assert.ok(file && elf, path);
  const closure = await closureOf({ file, elf }, { files, memory, surroundings: { levels: [], ...surroundings } });
  return {
    paths: closure.libraries.map((library) => library.file.path),
    absent: closure.absent.map(({ name, neededBy }) => `${name} for ${neededBy}`),
    isCut: closure.isCut,
  };
}

test('what is needed is needed once, breadth first, in its order', async () => {
  const root = rootOf({
    ...LOADER,
    '/bin/app': { interpreter, needed: ['liba.so', 'libb.so'] },
    '/usr/lib/liba.so': { needed: ['libc.so.6', 'libb.so'] },
    '/usr/lib/libb.so': { needed: ['liba.so', 'libgone.so'] },
    '/lib/libc.so.6': { needed: ['ld-linux-x86-64.so.2'] },
  });

  const { paths, absent } = await found(root, '/bin/app');

  assert.deepEqual(paths, ['/lib64/ld-linux-x86-64.so.2', '/usr/lib/liba.so', '/usr/lib/libb.so', '/lib/libc.so.6']);
  assert.deepEqual(absent, ['libgone.so for /usr/lib/libb.so']);
});

test('RPATH reaches down to what is needed by what is needed, RUNPATH does not, and ends RPATH of its own file', async () => {
  const libraries = { '/usr/lib/liba.so': { needed: ['libb.so'] }, '/opt/app/lib/libb.so': {} };
  const absentWith = async (paths: object) =>
    (await found(rootOf({ ...libraries, '/opt/app/bin/app': { needed: ['liba.so'], ...paths } }), '/opt/app/bin/app'))
      .absent.length;

  assert.equal(await absentWith({ rpath: '/nowhere:$ORIGIN/../lib' }), 0);
  assert.equal(await absentWith({ runpath: '/nowhere:$ORIGIN/../lib' }), 1);
  assert.equal(await absentWith({ rpath: '$ORIGIN/../lib', runpath: '/nowhere' }), 1);
  assert.equal(await absentWith({}), 1);
});

test('a file that has a RUNPATH does not look where those above it have their RPATH', async () => {
  const root = rootOf({
    '/opt/app/bin/app': { needed: ['liba.so'], rpath: '/opt/app/lib' },
    '/opt/app/lib/liba.so': { needed: ['libb.so'], runpath: '/opt/other' },
    '/opt/app/lib/libb.so': {},
  });

  assert.deepEqual((await found(root, '/opt/app/bin/app')).absent, ['libb.so for /opt/app/lib/liba.so']);
});

test('RPATH comes before LD_LIBRARY_PATH, that before RUNPATH, that before the cache, that before the usual folders', async () => {
  const places = ['/rpath', '/told', '/runpath', '/cached', '/usr/lib'];
  const wins = async (wish: object, present: readonly string[], libraryPath?: string) => {
    const root = rootOf({
      '/bin/app': { needed: ['liba.so'], ...wish },
      '/etc/ld.so.cache': madeCache([{ name: 'liba.so', path: '/cached/liba.so' }]),
      ...Object.fromEntries(present.map((folder) => [`${folder}/liba.so`, {}])),
    });
    return (await found(root, '/bin/app', libraryPath === undefined ? {} : { libraryPath })).paths[0];
  };

  assert.equal(await wins({ rpath: '/rpath' }, places, '/told'), '/rpath/liba.so');
  assert.equal(await wins({ runpath: '/runpath' }, places, '/none;/told'), '/told/liba.so');
  assert.equal(await wins({ runpath: '/runpath' }, places), '/runpath/liba.so');
  assert.equal(await wins({}, places), '/cached/liba.so');
  assert.equal(await wins({}, ['/usr/lib']), '/usr/lib/liba.so', 'what the cache names is gone');
});

test('a file for another processor is passed over', async () => {
  const root = rootOf({
    '/bin/app': { needed: ['liba.so'] },
    '/lib/x86_64-linux-gnu/liba.so': { is64: false, machine: 3 },
    '/usr/lib/x86_64-linux-gnu/liba.so': { machine: 183 },
    '/usr/lib/liba.so': {},
  });

  assert.deepEqual((await found(root, '/bin/app')).paths, ['/usr/lib/liba.so']);
});

test('libraries for better processors are taken where this one is so good', async () => {
  const root = rootOf({
    '/bin/app': { needed: ['liba.so', 'libb.so'] },
    '/usr/lib/x86_64-linux-gnu/liba.so': {},
    '/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/liba.so': {},
    '/opt/libb.so': {},
    '/opt/glibc-hwcaps/x86-64-v3/libb.so': {},
    '/etc/ld.so.cache': madeCache([
      { name: 'libb.so', path: '/opt/glibc-hwcaps/x86-64-v3/libb.so', level: 'x86-64-v3' },
      { name: 'libb.so', path: '/opt/libb.so' },
    ]),
  });
  const better = ['/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/liba.so', '/opt/glibc-hwcaps/x86-64-v3/libb.so'];

  assert.deepEqual((await found(root, '/bin/app', { levels: ['x86-64-v3', 'x86-64-v2'] })).paths, better);
  assert.deepEqual((await found(root, '/bin/app', { levels: ['x86-64-v2'] })).paths, [
    '/usr/lib/x86_64-linux-gnu/liba.so',
    '/opt/libb.so',
  ]);
});

test('one that wants no usual folders gets none, from the cache neither', async () => {
  const root = rootOf({
    '/bin/app': { needed: ['liba.so', 'libb.so'], flags1: 0x800 },
    '/usr/lib/liba.so': {},
    '/opt/libb.so': {},
    '/etc/ld.so.cache': madeCache([
      { name: 'liba.so', path: '/usr/lib/liba.so' },
      { name: 'libb.so', path: '/opt/libb.so' },
    ]),
  });

  const { paths, absent } = await found(root, '/bin/app');

  assert.deepEqual(paths, ['/opt/libb.so']);
  assert.deepEqual(absent, ['liba.so for /bin/app']);
});

test('$LIB and $PLATFORM are those of the machine, with brackets or without', async () => {
  const app = { needed: [`$ORIGIN/../$${'{LIB}'}/liba.so`, 'libb.so'], runpath: '/opt/$PLATFORM' };
  const debian = rootOf({
    '/opt/bin/app': app,
    '/opt/lib/x86_64-linux-gnu/liba.so': {},
    '/opt/x86_64/libb.so': {},
    '/lib/x86_64-linux-gnu/x': {},
  });
  const redHat = rootOf({ '/opt/bin/app': app, '/opt/lib64/liba.so': {}, '/opt/x86_64/libb.so': {} });

  assert.deepEqual((await found(debian, '/opt/bin/app')).absent, []);
  assert.deepEqual((await found(redHat, '/opt/bin/app')).absent, []);
});

test('programs of 32 bits, of big-endian and of ARM machines are understood', async () => {
  for (const [machine, is64, isLittle, folder] of [
    [22, true, false, '/usr/lib/s390x-linux-gnu'],
    [183, true, true, '/usr/lib/aarch64-linux-gnu'],
    [3, false, true, '/usr/lib/i386-linux-gnu'],
    [20, false, false, '/usr/lib'],
  ] as const) {
    const kind = { machine, is64, isLittle };
    const root = rootOf({
      '/bin/app': { ...kind, needed: ['liba.so', 'libb.so'], rpath: '$ORIGIN/own' },
      [`${folder}/liba.so`]: kind,
      '/bin/own/libb.so': kind,
      '/lib/libb.so': { ...kind, isLittle: !isLittle },
    });

    assert.deepEqual((await found(root, '/bin/app')).paths, [`${folder}/liba.so`, '/bin/own/libb.so']);
  }
});

test("musl searches its file's folders, takes the libraries that are its own, and RPATH reaches down", async () => {
  const musl = '/lib/ld-musl-x86_64.so.1';
  const root = rootOf({
    [musl]: {},
    '/etc/ld-musl-x86_64.path': Buffer.from('/opt/musl\n/lib'),
    '/bin/app': {
      interpreter: musl,
      needed: ['libc.musl-x86_64.so.1', 'libm.so.6', 'libssl.so.3', 'liba.so'],
      runpath: '/own',
    },
    '/lib/libc.musl-x86_64.so.1': 'ld-musl-x86_64.so.1',
    '/opt/musl/libssl.so.3': {},
    '/own/liba.so': { needed: ['libb.so', 'libgone.so'] },
    '/own/libb.so': {},
    '/usr/lib/libgone.so': {},
  });

  const { paths, absent } = await found(root, '/bin/app');

  assert.deepEqual(paths, [musl, '/opt/musl/libssl.so.3', '/own/liba.so', '/own/libb.so']);
  assert.deepEqual(absent, ['libgone.so for /own/liba.so']);
});

test('links are followed inside the root, merged folders are one, and a name given by a library itself is known', async () => {
  const root = rootOf({
    '/bin/app': { needed: ['liba.so.1', 'libalias.so', '/usr/lib/liba.so.1'] },
    '/lib': '/usr/lib',
    '/usr/lib/liba.so.1': '/usr/lib/liba.so.1.2',
    '/usr/lib/liba.so.1.2': { soname: 'libalias.so' },
  });

  const { paths, absent } = await found(root, '/bin/app');

  assert.deepEqual([paths, absent], [['/usr/lib/liba.so.1.2'], []]);
});

test('libraries beyond a thousand are not looked for, which is said', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 1_010 }, (_, index) => [`/usr/lib/lib${index}.so`, { needed: [`lib${index + 1}.so`] }]),
  );

  const { paths, isCut } = await found(rootOf({ '/bin/app': { needed: ['lib0.so'] }, ...chain }), '/bin/app');

  assert.equal(paths.length, 1_000);
  assert.equal(isCut, true);
});

/** Compared at most, of so many files spread over all there are, of which some are scripts. */
const PROGRAMS = 60;
const TRIED = 120;
const ldd = spawnSync('ldd', ['/bin/sh'], { encoding: 'utf8' });
const skip = (ldd.status !== 0 || !existsSync('/etc/ld.so.cache')) && 'there is no ldd of glibc here';

test('ld.so finds the same libraries for the programs of this machine', { skip, timeout: 300_000 }, async (context) => {
  const programs = ['/usr/sbin', '/usr/bin', '/usr/libexec', '/usr/lib/chromium'].flatMap(namesIn);
  const compared: string[] = [];
  const different: string[] = [];
  const levels = processorLevels(readFileSync('/proc/cpuinfo', 'utf8'));

  const spread = programs.filter((_, index) => index % Math.ceil(programs.length / TRIED) === 0).flatMap(programAt);
  for (const path of spread.slice(0, PROGRAMS)) {
    const theirs = tracedBy(path);
    if (theirs === undefined) continue;
    const { paths, absent } = await found('', path, { levels });
    const ours = [...paths, ...absent.map((one) => one.split(' for ')[0] ?? '')].sort();
    compared.push(path);
    if (ours.join() !== theirs.join()) different.push(`${path}: ${ours.join()} is not ${theirs.join()}`);
  }

  context.diagnostic(`${compared.length} of ${programs.length} programs were compared`);
  assert.deepEqual(different, []);
  assert.ok(compared.length >= 25, `only ${compared.length} programs here`);
});

test('ld.so says the same of the levels of this processor', { skip: skip || levelsSaid() === undefined }, () => {
  assert.deepEqual(processorLevels(readFileSync('/proc/cpuinfo', 'utf8')), levelsSaid());
});

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** ldd takes a link's own folder for $ORIGIN, which it is not when the program runs. */
function programAt(path: string): readonly string[] {
  return existsSync(path) && statSync(path).isFile() && isElf(path) ? [realpathSync(path)] : [];
}

function isElf(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(4);
    return readSync(file, start, 0, 4, 0) === 4 && start.toString('latin1') === '\x7fELF';
  } finally {
    closeSync(file);
  }
}

/** Real paths of what the loader would map, and names of what it does not find, by ldd and by its own variable. */
function tracedBy(path: string): readonly string[] | undefined {
  const environment = { ...process.env, LD_LIBRARY_PATH: '', LD_TRACE_LOADED_OBJECTS: '1' };
  const [asked, traced] = [
    spawnSync('ldd', [path], { encoding: 'utf8' }),
    spawnSync(path, { env: environment, encoding: 'utf8' }),
  ];
  if (asked.status !== 0 || traced.status !== 0) return undefined;
  const [first, second] = [asked.stdout, traced.stdout].map(librariesIn);
  assert.deepEqual(first, second, path);
  return first;
}

function librariesIn(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.includes('linux-vdso'));
  const names = lines.flatMap((line) => {
    if (line.includes('not found')) return [line.trim().split(' ', 1)[0] ?? ''];
    const path = /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1];
    return path === undefined ? [] : [realpathSync(path)];
  });
  return [...new Set(names)].sort();
}

/** Best first, as our list. */
function levelsSaid(): readonly string[] | undefined {
  const said = spawnSync('/lib64/ld-linux-x86-64.so.2', ['--help'], { encoding: 'utf8' }).stdout ?? '';
  const lines = said.split('\n').filter((line) => /^ +x86-64-v\d/.test(line));
  if (lines.length === 0) return undefined;
  return lines.filter((line) => line.includes('supported')).map((line) => line.trim().split(' ', 1)[0] ?? '');
}
