/** Stand-ins for Debian's own images, by debootstrap from the mirror that this machine's apt uses. */
import { access, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../src/redis/private-copy.ts';
import { hasImage } from './bases.ts';
import type { Engine } from './engine.ts';
import { ensurePrograms, run, runOk } from './machine.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const SOURCES = '/etc/apt/sources.list.d';
const SETTINGS = '/etc/apt/apt.conf.d';
const WITHIN_MS = 300_000;
/** What nobody reads in a container. */
const LEFT_OUT = ['var/cache/apt/archives', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/** debian:SUITE-slim, unless it is there. The packed tree stays in the cache. */
export async function debian(engine: Engine, suite: 'bookworm' | 'trixie'): Promise<void> {
  const name = `debian:${suite}-slim`;
  if (await hasImage(engine, name)) return;
  const packed = join(cacheFolder(), `${suite}.tar`);
  const isPacked = await access(packed).then(
    () => true,
    () => false,
  );
  if (!isPacked) await pack(suite, packed);
  await runOk(engine.program, ['import', '--change', 'CMD ["bash"]', packed, name], {
    env: engine.env,
    withinMs: WITHIN_MS,
  });
}

async function pack(suite: string, packed: string): Promise<void> {
  await ensurePrograms({ debootstrap: 'debootstrap' });
  const root = join(cacheFolder(), `${suite}-root`);
  await removeTree(root);
  await mkdir(root, { recursive: true });
  const args = ['--variant=minbase', '--include=ca-certificates', suite, root, await mirror()];
  try {
    await runOk('debootstrap', args, { withinMs: WITHIN_MS });
  } catch (error) {
    await removeTree(root);
    throw error;
  }
  for (const folder of LEFT_OUT) await rm(join(root, folder), { recursive: true, force: true });
  await takeSettings(root, suite);
  await runOk('tar', ['-C', root, '-cf', `${packed}.part`, '.'], { withinMs: WITHIN_MS });
  await runOk('mv', [`${packed}.part`, packed]);
  await removeTree(root);
}

/** A debootstrap that was ended leaves this machine's /proc mounted in its tree: nothing beyond a mount is ever removed. */
async function removeTree(root: string): Promise<void> {
  for (const inner of ['proc', 'sys', 'dev/pts', 'dev']) await run('umount', [join(root, inner)]);
  await runOk('rm', ['-rf', '--one-file-system', root], { withinMs: WITHIN_MS });
}

/** The first of this machine's package sources, in apt's newer form or its older one. */
async function mirror(): Promise<string> {
  const found = await run('sh', [
    '-c',
    `cat ${SOURCES}/debian.sources ${SOURCES}/*.sources 2>/dev/null | sed -n 's/^URIs: *//p'; sed -n 's/^deb \\(\\[[^]]*\\] \\)*\\([^ ]*\\) .*/\\2/p' /etc/apt/sources.list 2>/dev/null`,
  ]);
  const [first = ''] = found.stdout.split(/\s/);
  if (first === '') throw new Error("apt's settings name no package source");
  return first;
}

/** Whom this machine trusts, how its apt reaches its sources, and those of the same suite, which have the security updates. */
async function takeSettings(root: string, suite: string): Promise<void> {
  await copyFile(CERTIFICATES, join(root, CERTIFICATES));
  for (const name of await readdir(SETTINGS))
    if (/^(99|docker-)/.test(name) || /Proxy/i.test(await readFile(join(SETTINGS, name), 'utf8')))
      await cp(join(SETTINGS, name), join(root, SETTINGS, name));
  const own = join(SOURCES, 'debian.sources');
  const text = await readFile(own, 'utf8').catch(() => '');
  if (!text.includes(`Suites: ${suite}`)) return;
  await writeFile(join(root, 'etc/apt/sources.list'), '');
  await copyFile(own, join(root, own));
}
