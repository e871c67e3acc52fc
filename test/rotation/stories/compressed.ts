/** Rotated files are compressed, before or after they were read. */
import type { Story, World } from '../story.ts';

export const compressed: readonly Story[] = [
  {
    name: 'renamed and compressed at once',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      world.write('access.log');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      world.gzip('access.log.1');
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'compressed a rotation later',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      await rotateAndSettle(world);
      world.rename('access.log.1', 'access.log.2');
      world.gzip('access.log.2');
      await rotateAndSettle(world);
      world.rename('access.log.2.gz', 'access.log.3.gz');
      world.rename('access.log.1', 'access.log.2');
      world.gzip('access.log.2');
      await rotateAndSettle(world);
      return undefined;
    },
  },
  {
    name: 'packed while down',
    needs: ['checkpoint'],
    async play(world) {
      await readHalf(world);
      world.gzip('access.log', 'access.log.1.gz');
      return await goOn(world);
    },
  },
  {
    name: 'packed while down, name without .gz',
    needs: ['checkpoint'],
    async play(world) {
      await readHalf(world);
      world.gzip('access.log', 'access.log-20260101');
      return await goOn(world);
    },
  },
  {
    name: 'rotated twice and packed while it stalls',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      world.write('access.log', 500);
      await world.stall();
      world.write('access.log', 500);
      world.rename('access.log', 'access.log.1');
      world.write('access.log', 500);
      await world.pass(2_000);
      world.gzip('access.log.1', 'access.log.2.gz');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.pass(2_000);
      world.gzip('access.log.1');
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
];

async function rotateAndSettle(world: World): Promise<void> {
  world.write('access.log');
  world.rename('access.log', 'access.log.1');
  world.write('access.log');
  await world.pass(10_000);
}

/** The reader has the first lines and is down when the rest is written. */
async function readHalf(world: World): Promise<void> {
  world.write('access.log', 20);
  await world.start();
  await world.settle();
  await world.stop();
  world.write('access.log', 20);
}

async function goOn(world: World): Promise<undefined> {
  world.write('access.log');
  await world.start();
  await world.settle();
  world.write('access.log');
  return undefined;
}
