/** Finds plug-ins: one folder a kind, one file a plug-in, no list to edit. */
import { readdir } from 'node:fs/promises';
import type { CheckPlugin } from './core/check.ts';
import type { CollectorPlugin, DetectorPlugin } from './core/plugin.ts';

export async function loadDetectors(): Promise<ReadonlyMap<string, DetectorPlugin>> {
  return await loadFolder<DetectorPlugin>('detectors', 'detector');
}

export async function loadCollectors(): Promise<ReadonlyMap<string, CollectorPlugin>> {
  return await loadFolder<CollectorPlugin>('collectors', 'collector');
}

/** All of them, or those that are named where each of those is there: one that nobody asks costs a start its time. */
export async function loadChecks(named?: readonly string[]): Promise<ReadonlyMap<string, CheckPlugin>> {
  return await loadFolder<CheckPlugin>('checks', 'check', named);
}

async function loadFolder<Plugin extends { readonly name: string }>(
  folder: string,
  exported: string,
  named?: readonly string[],
): Promise<ReadonlyMap<string, Plugin>> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const all = (await readdir(url)).filter((file) => /^[a-z-]+\.(ts|js)$/.test(file)).sort();
  const areAllThere = named?.every((name) => all.some((file) => nameOf(file) === name)) === true;
  const files = areAllThere ? all.filter((file) => named.includes(nameOf(file))) : all;
  const plugins = await Promise.all(
    files.map(async (file) => await loadFile<Plugin>(new URL(file, url), file, exported)),
  );
  return new Map(plugins.map((plugin) => [plugin.name, plugin]));
}

async function loadFile<Plugin extends { readonly name: string }>(
  url: URL,
  file: string,
  exported: string,
): Promise<Plugin> {
  const loaded: Record<string, unknown> = await import(url.href);
  const plugin = loaded[exported] as Plugin | undefined;
  const name = nameOf(file);
  if (plugin?.name !== name) throw new Error(`${url.href} must export ${exported} with the name ${name}`);
  return plugin;
}

function nameOf(file: string): string {
  return file.replace(/\.(ts|js)$/, '');
}
