/** The file is cut in place. */
import type { Story } from '../story.ts';

export const truncated: readonly Story[] = [
  {
    name: 'copytruncate, nobody writing meanwhile',
    async play(world) {
      const worker = world.open('access.log');
      worker.write();
      await world.start();
      await world.settle();
      for (let day = 0; day < 2; day += 1) {
        if (day > 0) world.rename('access.log.1', 'access.log.2');
        world.copy('access.log', 'access.log.1');
        world.truncate('access.log');
        await world.pass(1_000);
        worker.write(2);
        await world.settle();
      }
      worker.write();
      return undefined;
    },
  },
  {
    name: 'copied and never truncated',
    globs: ['access.log*'],
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      for (let day = 1; day <= 2; day += 1) {
        world.write('access.log');
        world.copy('access.log', `access.log-2026010${day}`);
        world.write('access.log');
        await world.pass(10_000);
      }
      world.gzip('access.log-20260101');
      await world.pass(10_000);
      return undefined;
    },
  },
  {
    name: 'copytruncate with unread lines',
    async play(world) {
      world.write('access.log', 20);
      await world.start();
      await world.settle();
      await world.freeze();
      world.write('access.log', 20);
      world.copy('access.log', 'access.log.1');
      world.truncate('access.log');
      world.write('access.log', 5);
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'copytruncate, the unread copy compressed',
    async play(world) {
      world.write('access.log', 20);
      await world.start();
      await world.settle();
      await world.freeze();
      world.write('access.log', 20);
      world.copy('access.log', 'access.log.1');
      world.truncate('access.log');
      world.gzip('access.log.1');
      world.write('access.log', 5);
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'truncated and rewritten to a larger size',
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      // Between two looks of the reader.
      await world.freeze();
      world.truncate('access.log');
      world.write('access.log', 20);
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'truncated and rewritten to the same size',
    async play(world) {
      const lines = (of: string): readonly string[] => ['1', '2', '3', '4'].map((line) => `${of} line ${line}`);
      world.writeLines('access.log', lines('one'));
      await world.start();
      await world.pass(2_000);
      await world.freeze();
      world.truncate('access.log');
      world.writeLines('access.log', lines('two'));
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'truncated, writer keeps its place (NULs)',
    async play(world) {
      const worker = world.open('access.log', 'w');
      worker.write(20);
      await world.start();
      await world.settle();
      world.truncate('access.log');
      await world.pass(1_000);
      worker.write(1);
      await world.settle();
      worker.write();
      return undefined;
    },
  },
  {
    name: 'truncated while down, longer than before',
    needs: ['checkpoint'],
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      world.truncate('access.log');
      world.write('access.log', 20);
      await world.start();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
];
