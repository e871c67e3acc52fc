/** The name is a link, and the link or what it leads to changes. */
import type { Story } from '../story.ts';

const CONTAINER = 'docker/4f2a/4f2a-json.log';

export const links: readonly Story[] = [
  {
    name: 'a link switched to another file',
    async play(world) {
      const old = world.open('releases/1/access.log');
      old.write();
      world.link('releases/1/access.log', 'access.log');
      await world.start();
      await world.settle();
      old.write();
      world.write('releases/2/access.log');
      world.link('releases/2/access.log', 'access.log');
      old.write(1);
      await world.settle();
      world.write('releases/2/access.log');
      return undefined;
    },
  },
  {
    name: 'a linked folder switched',
    globs: ['current/access.log'],
    async play(world) {
      world.write('releases/1/access.log');
      world.link('releases/1', 'current');
      await world.start();
      await world.settle();
      world.write('releases/1/access.log');
      world.write('releases/2/access.log');
      world.link('releases/2', 'current');
      await world.settle();
      world.write('releases/2/access.log');
      return undefined;
    },
  },
  {
    name: "Kubernetes' three links, its file renamed",
    globs: ['containers/*.log'],
    async play(world) {
      world.write(CONTAINER);
      world.link(CONTAINER, 'pods/shop/web/0.log');
      world.link('pods/shop/web/0.log', 'containers/web.log');
      await world.start();
      await world.settle();
      world.write(CONTAINER);
      world.rename(CONTAINER, `${CONTAINER}.1`);
      world.write(CONTAINER);
      await world.settle();
      world.write(CONTAINER);
      world.rename(`${CONTAINER}.1`, `${CONTAINER}.2`);
      world.rename(CONTAINER, `${CONTAINER}.1`);
      world.write(CONTAINER);
      world.gzip(`${CONTAINER}.2`);
      await world.settle();
      world.write(CONTAINER);
      return undefined;
    },
  },
  {
    name: "Kubernetes' links lead to a new container",
    globs: ['containers/*.log'],
    async play(world) {
      world.write(CONTAINER);
      world.link(CONTAINER, 'pods/shop/web/0.log');
      world.link('pods/shop/web/0.log', 'containers/web.log');
      await world.start();
      await world.settle();
      world.write(CONTAINER);
      world.write('docker/77b0/77b0-json.log');
      world.link('docker/77b0/77b0-json.log', 'pods/shop/web/1.log');
      world.link('pods/shop/web/1.log', 'containers/web.log');
      await world.settle();
      world.write('docker/77b0/77b0-json.log');
      return undefined;
    },
  },
];
