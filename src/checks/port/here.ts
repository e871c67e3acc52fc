/** What this machine itself knows of one of its ports: who listens, whether connections are taken, who owns it. */
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { MachinePlaces } from '../../core/plugin.ts';
import { findOwners, type Listener, type Owners, readListeners, readUnixListeners } from '../../machine/listeners.ts';
import { nameOf } from '../../machine/process-name.ts';
import type { Process } from '../../machine/processes.ts';
import { readText } from '../../machine/read-text.ts';
import type { Asked } from './asked.ts';

/** So long connections may wait without one of them being taken: longer than the pause of a busy program, ms. */
const TAKEN_MS = 4_000;
const LOOK_EVERY_MS = 100;
/** Ports so near are told of: most mistakes are one digit. */
const NEAR = 10;
const NEAR_SHOWN = 3;
const ANY = ['0.0.0.0', '::'];

/** Whether the port is one of this machine, as far as we share its network. */
export function isHere(asked: Asked): boolean {
  if (asked.kind === 'unix') return true;
  const { host } = asked;
  if (/^(localhost|127\.[\d.]+|::1)$/.test(host)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === host));
}

/**
 * Whether all ways out of our network are pairs of devices, as in a container: then 127.0.0.1 is the container. `sys` is
 * our own. A device that leads out by itself is its own link (iflink in Documentation/ABI/testing/sysfs-class-net).
 */
export function hasOwnNetwork(sys: string): boolean {
  try {
    return !readdirSync(`${sys}/class/net`)
      .filter((name) => name !== 'lo')
      .some((name) => readText(`${sys}/class/net/${name}/iflink`) === readText(`${sys}/class/net/${name}/ifindex`));
  } catch {
    return false;
  }
}

/** Those that take what is sent to the port, and those on the same port at other addresses. */
export function listenersOf(asked: Asked): {
  readonly at: readonly Listener[];
  readonly elsewhere: readonly Listener[];
} {
  if (asked.kind === 'unix')
    return { at: readUnixListeners().filter(({ address }) => address === asked.shown), elsewhere: [] };
  const all = readListeners(asked.kind).filter(({ port }) => port === asked.port);
  const isAt = ({ address }: Listener) => ANY.includes(address) || address === asked.host || asked.host === 'localhost';
  return { at: all.filter(isAt), elsewhere: all.filter((one) => !isAt(one)) };
}

/** False: connections wait, and the program took none of them all the while. A busy one takes some. */
export async function isTaken(asked: Asked, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + TAKEN_MS;
  for (let last = 0; ; ) {
    const waiting = waitingAt(asked);
    if (waiting === 0 || waiting < last) return true;
    if (signal.aborted || performance.now() >= end) return false;
    last = waiting;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

export function waitingAt(asked: Asked): number {
  return listenersOf(asked).at.reduce((sum, { waiting }) => sum + waiting, 0);
}

export async function ownersOf(listeners: readonly Listener[], places: MachinePlaces): Promise<Owners> {
  const inodes = listeners.map(({ inode }) => inode);
  if (inodes.length === 0) return { processes: [], isPartial: false };
  const owners = await findOwners(places, inodes);
  return { ...owners, isPartial: owners.isPartial || places.isContainerOnly };
}

/** Sentences for a mail: who listens on the port, or near it. */
export async function explain(asked: Asked, places: MachinePlaces): Promise<readonly string[]> {
  const { at, elsewhere } = listenersOf(asked);
  if (at.length > 0) {
    const { processes } = await ownersOf(at, places);
    return processes.length === 0
      ? []
      : [`It is held by ${processes.slice(0, NEAR_SHOWN).map(processText).join(', ')}.`];
  }
  if (asked.kind === 'unix') return [];
  if (elsewhere.length > 0)
    return [`Port ${asked.port} is listened on at another address: ${await told(elsewhere, places)}.`];
  const near = readListeners(asked.kind)
    .filter(({ port }) => Math.abs(port - asked.port) <= NEAR)
    .sort((a, b) => Math.abs(a.port - asked.port) - Math.abs(b.port - asked.port));
  const nothing = `Nothing on this machine listens on port ${asked.port}`;
  return [near.length === 0 ? `${nothing}.` : `${nothing}; near it: ${await told(near, places)}.`];
}

async function told(listeners: readonly Listener[], places: MachinePlaces): Promise<string> {
  const shown = listeners.slice(0, NEAR_SHOWN);
  const texts = shown.map(async (one) => {
    const [owner] = (await ownersOf([one], places)).processes;
    const address = one.address.includes(':') ? `[${one.address}]` : one.address;
    return `${address}:${one.port}${owner === undefined ? '' : ` by ${processText(owner)}`}`;
  });
  return (await Promise.all(texts)).join(', ');
}

/** 'nginx (pid 812)', and what is odd about it. */
export function processText(process: Process): string {
  return `${nameOf(process)} (pid ${process.pid}${/^[Tt]$/.test(process.state) ? ', stopped' : ''})`;
}
