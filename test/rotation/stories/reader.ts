/** What happens to the reader: it is down, frozen, not let in, not told, or not alone. */
import type { Story } from '../story.ts';

export const reader: readonly Story[] = [
  {
    name: 'down for three rotations',
    needs: ['checkpoint'],
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      await world.stop();
      world.write('access.log', 5);
      world.rename('access.log', 'access.log.3');
      world.write('access.log.2', 5);
      world.write('access.log.1', 5);
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'half a line, its rest after a restart',
    needs: ['checkpoint'],
    async play(world) {
      world.write('access.log', 5);
      const rest = world.writePart('access.log');
      await world.start();
      await world.settle();
      await world.stop();
      await world.start();
      await world.settle();
      await world.stop();
      world.raw('access.log', `${rest}\n`);
      await world.start();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'half a line, renamed while down, its rest',
    needs: ['checkpoint'],
    async play(world) {
      world.write('access.log', 5);
      const rest = world.writePart('access.log');
      await world.start();
      await world.settle();
      await world.stop();
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.start();
      await world.settle();
      world.raw('access.log.1', `${rest}\n`);
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'frozen for two minutes over two rotations',
    async play(world) {
      world.write('access.log', 5);
      await world.start();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      world.write('access.log', 5);
      await world.settle();
      await world.freeze();
      world.write('access.log', 5);
      world.remove('access.log.1');
      world.rename('access.log', 'access.log.1');
      world.write('access.log', 5);
      await world.pass(60_000);
      world.rename('access.log.1', 'access.log.2');
      world.rename('access.log', 'access.log.1');
      world.write('access.log', 5);
      await world.pass(60_000);
      await world.thaw();
      await world.settle();
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'a file that comes late',
    globs: ['*.log'],
    needs: ['globs'],
    async play(world) {
      world.write('shop.log');
      await world.start();
      await world.settle();
      world.write('blog.log');
      await world.settle();
      world.write('blog.log');
      world.rename('blog.log', 'blog.log.1');
      world.write('blog.log');
      return undefined;
    },
  },
  {
    name: 'a folder that comes late, with its file',
    globs: ['sites/shop/access.log'],
    async play(world) {
      await world.start();
      await world.settle();
      world.write('sites/shop/access.log');
      await world.settle();
      world.write('sites/shop/access.log');
      return undefined;
    },
  },
  {
    name: 'folders that come late, by a glob',
    globs: ['sites/*/access.log'],
    needs: ['globs'],
    async play(world) {
      await world.start();
      await world.settle();
      world.write('sites/shop/access.log');
      await world.settle();
      world.write('sites/blog/access.log');
      world.rename('sites/blog/access.log', 'sites/blog/access.log.1');
      world.write('sites/blog/access.log');
      await world.settle();
      world.write('sites/shop/access.log');
      return undefined;
    },
  },
  {
    name: 'permission taken away and given back',
    unprivileged: true,
    async play(world) {
      const worker = world.open('access.log');
      worker.write();
      await world.start();
      await world.settle();
      world.mode('access.log', 0o000);
      worker.write();
      await world.settle();
      world.rename('access.log', 'access.log.1');
      const next = world.open('access.log');
      world.mode('access.log', 0o000);
      next.write();
      await world.pass(20_000);
      world.mode('access.log.1', 0o644);
      world.mode('access.log', 0o644);
      await world.settle();
      next.write();
      return undefined;
    },
  },
  {
    name: 'no permission after a restart, given late',
    needs: ['checkpoint'],
    unprivileged: true,
    async play(world) {
      const worker = world.open('access.log');
      worker.write();
      await world.start();
      await world.settle();
      await world.stop();
      worker.write();
      world.mode('access.log', 0o000);
      await world.start();
      await world.pass(20_000);
      world.mode('access.log', 0o644);
      await world.settle();
      worker.write();
      return undefined;
    },
  },
  {
    name: 'a folder closed over a restart',
    needs: ['checkpoint'],
    unprivileged: true,
    async play(world) {
      world.write('private/access.log');
      world.link('private/access.log', 'access.log');
      await world.start();
      await world.settle();
      await world.stop();
      world.mode('private', 0o000);
      await world.start();
      await world.pass(20_000);
      world.mode('private', 0o755);
      world.write('private/access.log');
      await world.settle();
      world.write('private/access.log');
      return undefined;
    },
  },
  {
    name: 'a mount that gives no events',
    needs: ['polling'],
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      world.write('access.log');
      await world.settle();
      world.write('access.log');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.pass(6_000);
      world.copy('access.log', 'access.log.2');
      world.truncate('access.log');
      await world.pass(2_000);
      world.write('access.log');
      return undefined;
    },
  },
  {
    name: 'two readers on one folder',
    readers: 2,
    async play(world) {
      world.write('access.log');
      await world.start();
      await world.settle();
      world.write('access.log');
      world.rename('access.log', 'access.log.1');
      world.write('access.log');
      await world.settle();
      world.copy('access.log', 'access.log.2');
      world.truncate('access.log');
      world.write('access.log', 1);
      await world.settle();
      return undefined;
    },
  },
];
