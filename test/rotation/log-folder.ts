/** A folder with log files that a story writes, rotates and deletes, and the lines that a reader must have at the end. */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface LogFolder {
  readonly folder: string;
  readonly path: (name: string) => string;
  /** Appends numbered lines; the file and its folders are made where they are not there. */
  readonly write: (name: string, lines?: number) => void;
  /** Appends these lines; they may be equal to others. */
  readonly writeLines: (name: string, lines: readonly string[]) => void;
  /** Appends the beginning of a numbered line and returns its rest without LF, for raw() or for never. */
  readonly writePart: (name: string, bytes?: number) => string;
  /** Appends text of no line of its own. */
  readonly raw: (name: string, text: string) => void;
  /** A worker's open file: it stays with it through renaming. 'w' keeps its position over a truncation. */
  readonly open: (name: string, flags?: 'a' | 'w') => Worker;
  readonly touch: (name: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly copy: (from: string, to: string) => void;
  readonly truncate: (name: string) => void;
  readonly remove: (name: string) => void;
  readonly mode: (name: string, mode: number) => void;
  /** Packs a file as gzip does: the packed one appears, the other goes. */
  readonly gzip: (from: string, to?: string) => void;
  /** Makes a link, or switches one in one step. The target is relative to the folder. */
  readonly link: (target: string, name: string) => void;
  /** Removes a file and makes an empty one with its inode; false where the file system gives out another. */
  readonly reuseInode: (removed: string, made: string) => boolean;
  /** Every line written so far, in its order. */
  readonly written: () => readonly string[];
  readonly end: () => void;
}

export interface Worker {
  readonly write: (lines?: number) => void;
}

const INODE_TRIES = 64;

export function createLogFolder(): LogFolder {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  chmodSync(folder, 0o755);
  const written: string[] = [];
  const workers: number[] = [];
  const path = (name: string): string => join(folder, name);
  const place = (name: string): string => {
    mkdirSync(dirname(path(name)), { recursive: true });
    return path(name);
  };

  // A number that grows first, since some readers find their place again by it.
  function newLine(): string {
    const number = String(written.length + 1).padStart(6, '0');
    const line = `${number} 10.0.0.1 - - "GET /item/${written.length % 7} HTTP/1.1" 200 ${512 + (written.length % 90)}`;
    written.push(line);
    return line;
  }

  function newLines(lines: number): string {
    return Array.from({ length: lines }, () => `${newLine()}\n`).join('');
  }

  return {
    folder,
    path,
    write: (name, lines = 3) => appendFileSync(place(name), newLines(lines)),
    writeLines(name, lines) {
      written.push(...lines);
      appendFileSync(place(name), lines.map((line) => `${line}\n`).join(''));
    },
    writePart(name, bytes = 20) {
      const line = newLine();
      appendFileSync(place(name), line.slice(0, bytes));
      return line.slice(bytes);
    },
    raw: (name, text) => appendFileSync(place(name), text),
    open(name, flags = 'a') {
      const worker = openSync(place(name), flags);
      workers.push(worker);
      return { write: (lines = 3) => void writeSync(worker, newLines(lines)) };
    },
    touch: (name) => writeFileSync(place(name), ''),
    rename: (from, to) => renameSync(path(from), place(to)),
    copy: (from, to) => copyFileSync(path(from), place(to)),
    truncate: (name) => truncateSync(path(name), 0),
    remove: (name) => rmSync(path(name), { recursive: true }),
    mode: (name, mode) => chmodSync(path(name), mode),
    gzip(from, to = `${from}.gz`) {
      const packed = gzipSync(readFileSync(path(from)));
      unlinkSync(path(from));
      writeFileSync(place(to), packed);
    },
    link(target, name) {
      symlinkSync(path(target), `${place(name)}.new`);
      renameSync(`${path(name)}.new`, path(name));
    },
    reuseInode: (removed, made) => reuseInode(path(removed), place(made)),
    written: () => written,
    end() {
      for (const worker of workers) closeSync(worker);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function reuseInode(removed: string, made: string): boolean {
  const { ino } = statSync(removed);
  unlinkSync(removed);
  const others: string[] = [];
  for (let number = 0; number < INODE_TRIES; number += 1) {
    const name = `${made}.made${number}`;
    writeFileSync(name, '');
    const got = statSync(name).ino;
    if (got === ino) renameSync(name, made);
    else others.push(name);
    if (got === ino) break;
  }
  for (const name of others) unlinkSync(name);
  return others.length < INODE_TRIES;
}
