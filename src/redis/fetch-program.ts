/** A Redis program to start: the machine's own, else a private copy from Debian's packages, unpacked without root. */
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import { findRedisProgram, isRedisProgram } from './find-program.ts';
import { cacheFolder } from './private-copy.ts';
import { run } from './run.ts';
import { missingLibraries, packagesFor, writeWrapper } from './unpacked.ts';

const PROGRAM_PACKAGES = ['redis-server', 'redis-tools'];
/** Each round may show libraries that the libraries of the round before need. */
const LIBRARY_ROUNDS = 4;

/**
 * Name or path of a Redis program, fetched with apt-get into the user's cache folder where the machine has none.
 * Throws UserError('REDIS_MISSING') where that is not possible.
 */
export async function ensureRedisProgram(): Promise<string> {
  const found = await findRedisProgram();
  if (found !== undefined) return found;
  const folder = cacheFolder();
  const program = join(folder, 'redis', 'redis-server');
  if (await isRedisProgram(program)) return program;
  if (!(await hasApt())) throw missing('this machine has no apt-get to fetch one with');
  try {
    await fetchInto(folder, join(folder, 'redis'));
  } catch (error) {
    throw missing(`fetching one with apt-get failed (${messageOf(error).trim().slice(0, 300)})`, error);
  }
  return program;
}

async function fetchInto(parent: string, target: string): Promise<void> {
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'unpacking-'));
  try {
    const apt = await usableApt(work);
    const root = join(work, 'redis');
    await mkdir(root);
    await unpack(apt, PROGRAM_PACKAGES, work, root);
    await unpackLibraries(apt, work, root);
    const wrapper = await writeWrapper(root);
    if (!(await isRedisProgram(wrapper))) throw new Error('the unpacked program does not run');
    await moveInPlace(root, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpackLibraries(apt: Apt, work: string, root: string): Promise<void> {
  for (let round = 0; round < LIBRARY_ROUNDS; round += 1) {
    const libraries = await missingLibraries(root);
    if (libraries.length === 0) return;
    await unpack(apt, packagesFor(libraries), work, root);
  }
}

async function unpack(apt: Apt, packages: readonly string[], work: string, root: string): Promise<void> {
  const folder = await mkdtemp(join(work, 'packages-'));
  // One at a time: a library has another package name in another release, and one unknown name fails the whole call.
  for (const name of packages) {
    await run('apt-get', [...apt.options, 'download', name], folder).catch((error: unknown) => {
      if (PROGRAM_PACKAGES.includes(name)) throw error;
    });
  }
  for (const file of await readdir(folder)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(folder, file), root], folder);
  }
}

interface Apt {
  readonly options: readonly string[];
}

/** The machine's own package lists where they know Redis, else lists in a private folder: the system is never changed. */
async function usableApt(work: string): Promise<Apt> {
  // As root apt fetches as the user _apt, who may not write into our folder.
  const plain = ['-qq', '-o', 'APT::Sandbox::User=root'];
  const known = await run('apt-cache', ['show', '--no-all-versions', 'redis-server'], work).catch(() => '');
  if (known.includes('Filename:')) return { options: plain };
  const lists = join(work, 'apt');
  await mkdir(join(lists, 'state', 'lists', 'partial'), { recursive: true });
  await mkdir(join(lists, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    ...plain,
    '-o',
    `Dir::State=${join(lists, 'state')}`,
    '-o',
    `Dir::State::lists=${join(lists, 'state', 'lists')}`,
    '-o',
    'Dir::State::status=/var/lib/dpkg/status',
    '-o',
    `Dir::Cache=${join(lists, 'cache')}`,
  ];
  await run('apt-get', [...options, 'update'], work);
  return { options };
}

/** Another process may have been first: its copy is as good as ours. A broken one is moved out of the way. */
async function moveInPlace(root: string, target: string): Promise<void> {
  try {
    await rename(root, target);
  } catch {
    if (await isRedisProgram(join(target, 'redis-server'))) return;
    await rm(target, { recursive: true, force: true });
    await rename(root, target);
  }
}

async function hasApt(): Promise<boolean> {
  const present = await Promise.all(
    ['/usr/bin/apt-get', '/usr/bin/dpkg'].map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return present.every(Boolean);
}

function missing(why: string, cause?: unknown): UserError {
  return new UserError(
    'REDIS_MISSING',
    `There is no redis-server or valkey-server on the PATH, and ${why}: install the package redis-server (or valkey) 7.0 or later, or set REDIS_URL to a server that runs.`,
    cause === undefined ? {} : { cause },
  );
}
