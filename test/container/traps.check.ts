/** What keeps a container from its logs or its state: each is said in one sentence with the command that mends it. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { createPlace, type Place } from './place.ts';

const isRoot = process.getuid?.() === 0;
/** Nginx' user in its image, and the group adm of Debian. */
const NGINX = 101;
const ADM = 4;

test('logs of mode 0640 and group adm: named with --group-add, and read with it', {
  skip: !isRoot && 'only root can make such files',
}, async () => {
  await inPlace(async (place) => {
    for (const name of ['access.log', 'error.log']) {
      const path = join(place.logs, name);
      await writeFile(path, '');
      await chown(path, NGINX, ADM);
      await chmod(path, 0o640);
    }
    await place.nginx();
    await place.linesman('-v', `${place.logs}:/logs:ro`);

    const reason = await place.complains(/access\.log.*may not be read/);
    assert.match(reason, /--group-add 4/);
    await isLogged(place, '--group-add 4');

    await place.linesman('-v', `${place.logs}:/logs:ro`, '--group-add=4');
    await until('it is well', async () => (await place.health()).isWell);
    await place.ask(10);
    await place.takes(10);
  });
});

test("a volume over Nginx' own log folder holds links to /dev/stdout: named with what to do", async () => {
  await inPlace(async (place) => {
    await place.nginx('-v', `${place.name}-logs:/var/log/nginx`);
    await place.linesman('-v', `${place.name}-logs:/logs:ro`);

    const reason = await place.complains(/\/dev\/stdout/);
    assert.match(reason, /access_log/);
    await isLogged(place, '/dev/stdout');
  });
});

test('a state folder of another owner: it stops, and names the command', {
  skip: !isRoot && 'only root can make such a folder',
}, async () => {
  await inPlace(async (place) => {
    const data = join(place.folder, 'data');
    await mkdir(data, { mode: 0o755 });
    await place.linesman('-v', `${data}:/data`, '-v', `${place.logs}:/logs:ro`).catch(() => {});

    await until('it has ended', async () => (await place.inspect('.State.Running')) === 'false');
    assert.equal(await place.inspect('.State.ExitCode'), '78');
    assert.match(await place.log(), /chown -R 1000:1000 /);
  });
});

test('no log at all: it says where it looks', async () => {
  await inPlace(async (place) => {
    await place.linesman('-v', `${place.logs}:/logs:ro`);

    await place.complains(/\/logs/);
    await isLogged(place, '/logs');
  });
});

async function inPlace(tried: (place: Place) => Promise<void>): Promise<void> {
  const place = await createPlace();
  try {
    await tried(place);
  } catch (error) {
    process.stdout.write(await place.log().catch(() => ''));
    throw error;
  } finally {
    await place.end();
  }
}

async function isLogged(place: Place, text: string): Promise<void> {
  await until(`the log says ${text}`, async () => (await place.log()).includes(text));
}
