/** Which file is which: equal inodes, equal beginnings, hardly any content, gone and made again. */
import type { Story } from '../story.ts';

/** Longer than a fingerprint. */
const HEADER = Array.from({ length: 12 }, (_, line) => `# a header line that every file begins with, ${line} of 12`);

export const identity: readonly Story[] = [
  {
    name: 'the inode of a read file used again',
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      world.write('access.log', 5);
      await world.pass(10_000);
      world.rename('access.log', 'access.log.2');
      if (!world.reuseInode('access.log.1', 'access.log')) return false;
      world.write('access.log', 20);
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'the inode used again while down',
    needs: ['checkpoint'],
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      if (!world.reuseInode('access.log', 'access.log')) return false;
      world.write('access.log', 20);
      await world.start();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'deleted, and made again after minutes',
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      world.remove('access.log');
      await world.pass(180_000);
      world.write('access.log', 5);
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'its folder removed and made again',
    globs: ['logs/access.log'],
    async play(world) {
      world.write('logs/access.log');
      await world.start();
      await world.settle();
      world.remove('logs');
      await world.pass(20_000);
      world.write('logs/access.log');
      await world.settle();
      world.write('logs/access.log');
      world.rename('logs/access.log', 'logs/access.log.1');
      world.write('logs/access.log');
      return undefined;
    },
  },
  {
    name: 'files that begin alike',
    globs: ['*.log'],
    async play(world) {
      world.writeLines('a.log', HEADER);
      world.write('a.log');
      world.writeLines('b.log', HEADER);
      world.write('b.log');
      await world.start();
      await world.settle();
      world.rename('a.log', 'a.log.1');
      world.writeLines('a.log', HEADER);
      world.write('a.log');
      await world.settle();
      world.rename('b.log', 'b.log.1');
      world.writeLines('b.log', HEADER);
      await world.pass(10_000);
      world.write('b.log');
      world.write('a.log');
      return undefined;
    },
  },
  {
    name: 'begin alike, rotated while down',
    needs: ['checkpoint'],
    async play(world) {
      world.writeLines('access.log', HEADER);
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      world.write('access.log', 5);
      world.rename('access.log', 'access.log.1');
      world.writeLines('access.log', HEADER);
      world.write('access.log', 20);
      await world.start();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'begin alike, a restart after the rename',
    needs: ['checkpoint'],
    async play(world) {
      world.writeLines('access.log', HEADER);
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      world.writeLines('access.log', HEADER);
      await world.stop();
      await world.start();
      await world.pass(20_000);
      world.write('access.log');
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'begin alike, truncated while down',
    needs: ['checkpoint'],
    async play(world) {
      world.writeLines('access.log', HEADER);
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      world.truncate('access.log');
      world.writeLines('access.log', HEADER);
      await world.start();
      await world.pass(20_000);
      world.write('access.log');
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'begin alike, moved away while down',
    globs: ['logs/*.log'],
    needs: ['checkpoint'],
    async play(world) {
      world.writeLines('logs/access.log', HEADER);
      world.write('logs/access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      world.rename('logs/access.log', 'old/access.log');
      world.writeLines('logs/access.log', HEADER);
      await world.start();
      await world.pass(20_000);
      world.write('logs/access.log');
      await world.settle();
      world.write('logs/access.log');
      return undefined;
    },
  },
  {
    name: 'an empty file and one of a single byte',
    globs: ['*.log'],
    async play(world) {
      world.touch('empty.log');
      const rest = world.writePart('byte.log', 1);
      await world.start();
      await world.settle();
      world.raw('byte.log', `${rest}\n`);
      await world.settle();
      world.write('empty.log', 1);
      await world.settle();
      world.rename('empty.log', 'empty.log.1');
      world.touch('empty.log');
      await world.settle();
      world.write('empty.log', 1);
      return undefined;
    },
  },
  {
    name: 'rotated while it is empty',
    async play(world) {
      world.touch('access.log');
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      world.touch('access.log');
      await world.settle();
      world.write('access.log', 1);
      world.rename('access.log', 'access.log.2');
      world.touch('access.log');
      await world.pass(10_000);
      world.write('access.log', 1);
      return undefined;
    },
  },
];
