/** The containers of this machine by their control groups: whatever engine started them, each has one that is named after its id. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Containers that are measured, those found first. */
export const CONTAINERS_MAX = 50;
/** Groups looked at each time, and how deep they may lie: those of pods lie five deep. */
const GROUPS_MAX = 2_000;
const DEPTH_MAX = 8;
/** Of an id, as every engine shows it. */
const SHORT_ID = 12;

/**
 * docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope and nerdctl-ID.scope where systemd keeps the
 * groups, else ID alone below docker, libpod_parent or kubepods.
 */
const CONTAINER = /^(?:(?:docker|libpod|cri-containerd|crio|nerdctl)-)?([0-9a-f]{64})(?:\.scope)?$/;

export interface ContainerGroup {
  readonly id: string;
  readonly shortId: string;
  /** Below the folder that was searched. */
  readonly path: string;
}

export interface ContainerGroups {
  /** As of now, CONTAINERS_MAX at most. */
  list(): readonly ContainerGroup[];
  /** Of the last list: containers beyond that bound, and groups that were not looked at. */
  leftOut(): number;
}

interface Group {
  readonly path: string;
  /** Of its folder; 2 and one for each folder in it. 0: not looked at yet. */
  links: number;
  children: ReadonlyMap<string, Group>;
}

/**
 * Folders are listed only when their number of links has changed or a child is gone, since listing one takes ten times
 * as long as asking for its links: the kernel makes its dozens of files anew.
 */
export function createContainerGroups(top: string): ContainerGroups {
  const root: Group = { path: '', links: 0, children: new Map() };
  let found = new Map<string, ContainerGroup>();
  let looks = 0;
  let leftOut = 0;

  /** False: it is gone. */
  function look(group: Group, depth: number): boolean {
    looks += 1;
    if (looks > GROUPS_MAX) {
      leftOut += 1;
      return true;
    }
    const links = linksOf(join(top, group.path));
    if (links === undefined) return false;
    // Some file systems do not count: always 1.
    if (links !== group.links || links < 2) group.children = listed(top, group, depth);
    group.links = links;
    if (!lookInto(group, depth)) {
      group.children = listed(top, group, depth);
      lookInto(group, depth);
    }
    return true;
  }

  function lookInto(group: Group, depth: number): boolean {
    let isWhole = true;
    for (const [name, child] of group.children) {
      const id = CONTAINER.exec(name)?.[1];
      // What runs inside a container is its own affair.
      const isThere = id === undefined ? look(child, depth + 1) : linksOf(join(top, child.path)) !== undefined;
      if (!isThere) isWhole = false;
      else if (id !== undefined) found.set(child.path, { id, shortId: id.slice(0, SHORT_ID), path: child.path });
    }
    return isWhole;
  }

  return {
    list() {
      found = new Map();
      looks = 0;
      leftOut = 0;
      look(root, 0);
      const all = [...found.values()];
      leftOut += Math.max(0, all.length - CONTAINERS_MAX);
      return all.slice(0, CONTAINERS_MAX);
    },
    leftOut: () => leftOut,
  };
}

function linksOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.nlink;
}

function listed(top: string, { path, children }: Group, depth: number): ReadonlyMap<string, Group> {
  if (depth === DEPTH_MAX) return new Map();
  try {
    const folders = readdirSync(join(top, path), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return new Map(
      folders.map(({ name }) => [
        name,
        children.get(name) ?? { path: `${path}/${name}`, links: 0, children: new Map() },
      ]),
    );
  } catch {
    return new Map();
  }
}
