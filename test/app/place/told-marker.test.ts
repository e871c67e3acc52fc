import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { outlivesStart } from '../../../src/app/place/mounts.ts';
import { createToldMarker, foldersOf } from '../../../src/app/place/told-marker.ts';

test('what is remembered is known to the next start, until it is forgotten', async (t) => {
  const folders = [join(await folderOf(t), 'none'), await folderOf(t)];
  const marker = () => createToldMarker('a1', { place: 'host', folders });

  assert.equal(await marker().toldAt(), undefined);
  assert.equal(await marker().remember(1_795_600_000_000), true);
  assert.equal(await marker().toldAt(), 1_795_600_000_000);
  assert.equal(await marker().remember(1_795_700_000_000), true);
  assert.equal(await marker().toldAt(), 1_795_700_000_000);
  await marker().forget();
  assert.equal(await marker().toldAt(), undefined);
  assert.deepEqual(await readdir(folders[1] ?? ''), []);
});

test('where nothing can be written, or what is written does not last, nothing is remembered', async (t) => {
  const none = join(await folderOf(t), 'none');

  assert.equal(await createToldMarker('a1', { place: 'host', folders: [none] }).remember(1), false);
  // Of every machine with /proc: memory, gone with its container.
  assert.equal(await createToldMarker('a1', { place: 'container', folders: ['/dev/shm'] }).remember(1), false);
});

test('what outlives a start: files of a container with Docker, and only those of volumes with Kubernetes', () => {
  const layers = { point: '/', root: '/', type: 'overlay' };
  const volume = { point: '/tmp', root: '/var/lib/kubelet/pods/1/volumes/tmp', type: 'ext4' };
  const memory = { point: '/tmp', root: '/', type: 'tmpfs' };
  const own = { point: '/tmp', root: '/tmp/systemd-private-1-linesman.service/tmp', type: 'ext4' };

  for (const [mount, places] of [
    [layers, ['host', 'container']],
    [volume, ['host', 'container', 'kubernetes']],
    [memory, ['host']],
    [own, []],
  ] as const)
    assert.deepEqual(
      (['host', 'container', 'kubernetes'] as const).filter((place) => outlivesStart(mount, place)),
      places,
    );
});

test("systemd's folder of the service is tried first, where there is one", () => {
  assert.equal(foldersOf({ RUNTIME_DIRECTORY: '/run/linesman:/run/other' })[0], '/run/linesman');
  assert.equal(foldersOf({})[0], tmpdir());
});

test('links and nonsense under its name are no memory, and are not followed', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'target');
  await writeFile(target, 'mine');
  await symlink(target, join(folder, 'linesman-told-a1'));
  await writeFile(join(folder, 'linesman-told-b2'), '12 o clock');

  for (const name of ['a1', 'b2']) {
    const marker = createToldMarker(name, { place: 'host', folders: [folder] });
    assert.equal(await marker.toldAt(), undefined);
    assert.equal(await marker.remember(5), false);
  }
  await chmod(target, 0o600);
  assert.equal((await readdir(folder)).length, 3);
});

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-told-'));
  t.after(async () => await rm(folder, { recursive: true }));
  return folder;
}
