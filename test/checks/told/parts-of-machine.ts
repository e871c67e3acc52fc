/** Files, programs, units and containers that the tests start, break, hang and lock away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StubAnswers, startStubBus } from '../../support/stub-bus.ts';
import { startStubEngine } from '../../support/stub-engine.ts';
import { startSystemd } from '../../support/systemd.ts';
import { asNobody, type Options, type Part } from './story.ts';

const DENIED = ['org.freedesktop.DBus.Error.AccessDenied', 'An AppArmor policy prevents this sender'] as const;

/** `mode`: of the folder, 0o700 where others may not enter. */
function folder(mode = 0o755): { readonly path: string; readonly end: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'linesman-told-'));
  chmodSync(path, mode);
  return { path, end: () => rmSync(path, { recursive: true, force: true }) };
}

export function processPart(): Part {
  const word = `told-${process.pid}-${Math.random().toString(36).slice(2)}`;
  let child: ChildProcess | undefined;
  async function stop(): Promise<void> {
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  }
  return {
    options: { command: word },
    async become(state) {
      if (state === '#') return await stop();
      child ??= spawn(process.execPath, ['-e', 'process.stdout.write("x"); setInterval(() => {}, 1e6)', word]);
      if (child.stdout?.readableFlowing === null) await once(child.stdout, 'data');
      if (state === 'T') child.kill('SIGSTOP');
    },
    end: stop,
  };
}

export function lockedPidFile(): Part {
  const { path, end } = folder();
  const pidFile = join(path, 'worker.pid');
  writeFileSync(pidFile, `${process.pid}`, { mode: 0o600 });
  return { ...asNobody('process', { pidFile }), end };
}

export function filePart(): Part {
  const { path, end } = folder();
  const file = join(path, 'dump.sql');
  const become = (state: string) => (state === '#' ? rmSync(file, { force: true }) : writeFileSync(file, 'x'));
  return { options: { path: file }, become, end };
}

export function lockedFile(): Part {
  const { path, end } = folder(0o700);
  writeFileSync(join(path, 'dump.sql'), 'x');
  return { ...asNobody('file', { path: join(path, 'dump.sql') }), end };
}

export function libraryPart(): Part {
  const { path, end } = folder();
  const binary = join(path, 'program');
  const become = (state: string) => {
    copyFileSync('/bin/true', binary);
    if (state === '#') truncateSync(binary, 100);
  };
  return { options: { binary }, become, end };
}

export function lockedProgram(): Part {
  const { path, end } = folder(0o700);
  copyFileSync('/bin/true', join(path, 'program'));
  return { ...asNobody('library', { binary: join(path, 'program') }), end };
}

function packagesIn(path: string): Options {
  const packages = { '': { name: 'shop' }, 'node_modules/express': { version: '4.18.2' } };
  writeFileSync(join(path, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  return { lockfile: join(path, 'package-lock.json') };
}

export function packagesPart(): Part {
  const { path, end } = folder();
  const installed = join(path, 'node_modules', 'express');
  const become = (state: string) => {
    rmSync(installed, { recursive: true, force: true });
    mkdirSync(installed, { recursive: true });
    if (state !== '#') writeFileSync(join(installed, 'package.json'), '{"name":"express","version":"4.18.2"}');
  };
  return { options: packagesIn(path), become, end };
}

export function lockedPackages(): Part {
  const { path, end } = folder(0o700);
  return { ...asNobody('packages', packagesIn(path)), end };
}

export async function unitPart(): Promise<Part> {
  const { root, ctl, end } = await startSystemd({ 'api.service': '[Service]\nExecStart=/bin/sleep 100000\n' });
  const become = (state: string) => void ctl(state === '#' ? 'stop' : 'start', 'api.service');
  return { options: { unit: 'api' }, places: { root }, become, end };
}

export async function busThatHangs(): Promise<Part> {
  return { ...(await busPart({ login: undefined })), limitMs: 100 };
}

export async function busThatRefuses(): Promise<Part> {
  return await busPart({ login: 'OK 12', error: DENIED, calls: 10 });
}

async function busPart(answers: StubAnswers): Promise<Part> {
  const { path: root, end } = folder();
  mkdirSync(join(root, 'run', 'dbus'), { recursive: true });
  const stub = await startStubBus(join(root, 'run', 'dbus', 'system_bus_socket'), answers);
  return { options: { unit: 'api' }, places: { root }, end: async () => await stub.end().then(end) };
}

/** It hangs at 'T'. */
export async function containerPart(): Promise<Part> {
  const { path, end } = folder();
  const socket = join(path, 'engine.sock');
  const stub = await startStubEngine(socket);
  const given = { Running: true, OOMKilled: false, Error: '', StartedAt: new Date(0).toISOString() };
  const running = { ...given, Status: 'running', ExitCode: 0 };
  const ended = { ...given, Status: 'exited', Running: false, ExitCode: 137 };
  const become = (state: string) => {
    if (state === 'T') stub.hang();
    else stub.say(200, { Name: '/api', RestartCount: 0, State: state === '#' ? ended : running });
  };
  const options = { container: 'api', socket };
  return { options, become, limitMs: 500, end: async () => await stub.end().then(end) };
}

export async function lockedEngine(): Promise<Part> {
  const { path, end } = folder();
  const socket = join(path, 'engine.sock');
  const stub = await startStubEngine(socket);
  chmodSync(socket, 0o600);
  return { ...asNobody('container', { container: 'api', socket }), end: async () => await stub.end().then(end) };
}
