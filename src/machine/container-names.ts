/** What people call a container: Docker keeps it in a file, which root may read. */
import { join } from 'node:path';
import { readText } from './read-text.ts';

/** Containers whose names are kept, those asked for first. */
const NAMES_MAX = 200;
/** Of a name as it is shown; Docker's own rule is [a-zA-Z0-9][a-zA-Z0-9_.-]+ and no length. */
const NAME_CHARS = 60;

export interface ContainerNames {
  /** 'web (image nginx:1.27)', or 'one whose name linesman may not read'. */
  of(container: { readonly id: string }): string;
}

/** root: stands before a path of the host. */
export function createContainerNames(root: string): ContainerNames {
  const known = new Map<string, string>();
  return {
    of({ id }) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const name = nameIn(readText(join(`${root}/`, 'var/lib/docker/containers', id, 'config.v2.json')) ?? '');
      if (known.size < NAMES_MAX) known.set(id, name);
      return name;
    },
  };
}

/** Environment, with its secrets, stands in the same file: two values are taken and nothing else. */
function nameIn(json: string): string {
  const { Name: path, Config: config } = parsed(json) as {
    readonly Name?: unknown;
    readonly Config?: { readonly Image?: unknown };
  };
  if (typeof path !== 'string') return 'one whose name linesman may not read';
  const name = path.replace(/^\//, '').slice(0, NAME_CHARS);
  return typeof config?.Image === 'string' ? `${name} (image ${config.Image.slice(0, NAME_CHARS)})` : name;
}

function parsed(json: string): object {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}
