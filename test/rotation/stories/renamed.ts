/** The file is renamed and a new one made. */
import type { Story } from '../story.ts';

export const renamed: readonly Story[] = [
  {
    name: 'renamed, and a new file made',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'renamed with a date (dateext)',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      for (const date of ['20260101', '20260102-1767312000', '2026-01-03']) {
        world.write('access.log');
        world.rename('access.log', `access.log-${date}`);
        world.write('access.log');
        await world.settle();
      }
      return undefined;
    },
  },
  {
    name: 'two rotations within a second',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      for (const shift of [false, true]) {
        world.write('access.log');
        if (shift) world.rename('access.log.1', 'access.log.2');
        world.rename('access.log', 'access.log.1');
        world.write('access.log');
        await world.pass(300);
      }
      return undefined;
    },
  },
  {
    name: 'two rotations between two looks',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      await world.freeze();
      world.write('access.log');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      world.rename('access.log.1', 'access.log.2');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.thaw();
      return undefined;
    },
  },
  {
    name: 'twenty rotations, one every 200 ms',
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      for (let hour = 1; hour <= 20; hour += 1) {
        world.write('access.log');
        world.rename('access.log', `access.log-20260101-${hour}`);
        world.write('access.log');
        await world.pass(200);
      }
      return undefined;
    },
  },
  {
    name: 'USR1 comes late: both files are written',
    async play(world) {
      const worker = world.open('access.log');
      worker.write();
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      worker.write();
      const next = world.open('access.log');
      next.write();
      worker.write();
      await world.settle();
      next.write();
      worker.write();
      await world.pass(3_000);
      worker.write(1);
      next.write();
      return undefined;
    },
  },
  {
    name: 'ends without newline, then renamed',
    skipped: { partial_final: 1 },
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      const rest = world.writePart('access.log');
      await world.settle();
      world.raw('access.log', rest);
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.pass(10_000);
      return undefined;
    },
  },
  {
    name: 'renamed names match the glob',
    globs: ['access.log*'],
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      for (let day = 0; day < 2; day += 1) {
        if (day > 0) world.rename('access.log.1', 'access.log.2');
        world.rename('access.log', 'access.log.1');
        world.write('access.log');
        await world.pass(10_000);
      }
      world.gzip('access.log.2');
      await world.pass(10_000);
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'renamed to app.1.log, which matches too',
    globs: ['*.log'],
    async play(world) {
      world.write('app.log');
      await world.start();
      await world.settle();
      for (let day = 0; day < 3; day += 1) {
        world.write('app.log');
        if (day === 2) world.gzip('app.2.log');
        if (day > 0) world.rename('app.1.log', 'app.2.log');
        world.rename('app.log', 'app.1.log');
        world.write('app.log');
        await world.pass(10_000);
      }
      return undefined;
    },
  },
  {
    name: 'renamed into another folder (olddir)',
    openFileOnly: true,
    async play(world) {
      const worker = world.open('access.log');
      worker.write();
      await world.start();
      await world.settle();
      worker.write();
      world.rename('access.log', 'old/access.log-20260101');
      world.write('access.log');
      await world.settle();
      worker.write(1);
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'a file with a new name every day',
    globs: ['app-*.log'],
    needs: ['globs'],
    async play(world) {
      world.write('app-2026-01-01.log');
      await world.start();
      await world.settle();
      for (const day of ['02', '03']) {
        world.write(`app-2026-01-${day}.log`);
        world.write('app-2026-01-01.log', 1);
        await world.settle();
      }
      return undefined;
    },
  },
];
