/** Log files as servers and logrotate leave them, and beside each what a reader can be asked to know of it. */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type LossReason = 'truncated_unrecovered' | 'deleted_unread_bytes';

/** All that was written to one file until it was truncated or deleted. Copies hold a beginning of it. */
export interface Body {
  text: string;
  /** Set when the file it was written to is cut or removed. */
  cause?: LossReason;
  /** Whose file it was until that was cut. */
  readonly after?: Body;
  /** A copy of it was removed as well, so its bytes can be lost for either reason. */
  lostCopy?: true;
  /** A worker wrote to it so long after its rotation that a reader may have closed it: found again by its name alone. */
  wasWrittenLate?: true;
}

/** A file on the disk: the one that is written to (length undefined), or a copy of its first bytes. */
export interface Place {
  readonly body: Body;
  readonly length?: number;
  readonly packed: boolean;
}

export interface World {
  /** By path within the folder. */
  readonly places: ReadonlyMap<string, Place>;
  readonly bodies: readonly Body[];
  /** Where the live file of each log is, links resolved. */
  readonly livePaths: () => readonly string[];
  /** Whose bytes these are: every piece of text is written once only. */
  bodyOf(text: string): Body;
  write(log: number, lines: number): void;
  /** A line of more than `bytes` bytes. */
  long(log: number, bytes: number): void;
  /** The beginning of a line; the next write to the file ends it. */
  partial(log: number): void;
  /** A worker that still has the file open that was rotated last (or deleted) writes a line to it. */
  late(log: number): void;
  /** Workers are old now: they do not write to files without a name any more, nor where no link leads. */
  retire(): void;
  /** lazy: the new file is made when it is first written to. */
  rotate(log: number, as: 'create' | 'lazy' | 'dateext'): void;
  /** `window` lines are written between the copy and the truncation, and then `between` happens: no copy holds them. */
  copyTruncate(log: number, window: number, between: () => Promise<void>): Promise<void>;
  /** Packs the file rotated last; `between` happens while half of the packed file is there. */
  compress(log: number, between: () => Promise<void>): Promise<void>;
  truncate(log: number): void;
  remove(log: number, which: 'live' | 'rotated'): void;
  recreate(log: number): void;
  /** The link leads to a new file in a new folder. */
  switchLink(): void;
  /** Ends all lines that were begun and can still be ended. */
  complete(): void;
}

/** `link`: the one log is reached by a link of this name. */
export function createWorld(folder: string, logs: readonly string[], link?: string): World {
  const places = new Map<string, Place>();
  const bodies: Body[] = [];
  const owners = new Map<string, Body>();
  /** Files rotated last, still open in a worker. */
  const workers = new Map<number, { readonly fd: number; readonly body: Body; isOld: boolean }>();
  let pieces = 0;
  let dates = 0;
  let release = 0;
  const at = (path: string): string => join(folder, path);
  const liveOf = (log: number): string => (link ? join('releases', `${release}`, logs[log] ?? '') : (logs[log] ?? ''));
  const bodyAt = (path: string): Body => places.get(path)?.body ?? create(path);
  const isWritten = (body: Body): boolean =>
    [...places].some(
      ([path, place]) => place.body === body && isOriginal(place) && dirname(path) === dirname(liveOf(0)),
    );

  function create(path: string): Body {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), '');
    return settle(path);
  }

  /** From here on the file at this path is a new one. */
  function settle(path: string, after?: Body): Body {
    const body: Body = { text: '', ...(after && { after }) };
    bodies.push(body);
    places.set(path, { body, packed: false });
    return body;
  }

  /** Lines begin alike, as those of a log do; a piece is never shorter than what tells it from others. */
  function piece(body: Body): string {
    pieces += 1;
    const text = `192.0.2.1 <${pieces}>${'x'.repeat((pieces * 37) % 300)}`;
    owners.set(`<${pieces}>`, body);
    return text;
  }

  function add(body: Body, text: string, append: (text: string) => void): void {
    body.text += text;
    append(text);
  }

  function writeTo(path: string, end: string): void {
    const body = bodyAt(path);
    add(body, `${piece(body)}${end}`, (text) => appendFileSync(at(path), text));
  }

  function move(from: string, to: string): void {
    const place = places.get(from);
    if (!place) return;
    renameSync(at(from), at(to));
    places.delete(from);
    places.set(to, place);
  }

  function shift(live: string): void {
    const numbered = [...places.keys()].filter((path) => rotatedNumber(live, path) > 0);
    for (const path of numbered.toSorted((a, b) => rotatedNumber(live, b) - rotatedNumber(live, a))) {
      move(path, path.replace(/\.\d+(?=(\.gz)?$)/, `.${rotatedNumber(live, path) + 1}`));
    }
  }

  function drop(path: string): void {
    const place = places.get(path);
    if (!place) return;
    unlinkSync(at(path));
    places.delete(path);
    if (isOriginal(place)) place.body.cause ??= 'deleted_unread_bytes';
    else place.body.lostCopy = true;
  }

  function employ(log: number, path: string): void {
    dismiss(log);
    workers.set(log, { fd: openSync(at(path), 'a'), body: bodyAt(path), isOld: false });
  }

  function dismiss(log: number): void {
    const worker = workers.get(log);
    if (worker) closeSync(worker.fd);
    workers.delete(log);
  }

  function rotatedOf(log: number): readonly string[] {
    const live = liveOf(log);
    return [...places.keys()].filter((path) => path.startsWith(`${live}.`) || path.startsWith(`${live}-`));
  }

  function cut(path: string): void {
    truncateSync(at(path), 0);
    const before = bodyAt(path);
    before.cause = 'truncated_unrecovered';
    settle(path, before);
  }

  if (link) symlinkSync(liveOf(0), at(link));
  return {
    places,
    bodies,
    livePaths: () => logs.map((_, log) => liveOf(log)),
    bodyOf(text) {
      const body = owners.get(/<\d+>/.exec(text)?.[0] ?? '');
      if (!body) throw new Error(`nobody wrote ${JSON.stringify(text.slice(0, 80))}`);
      return body;
    },
    write(log, lines) {
      for (let index = 0; index < lines; index += 1) writeTo(liveOf(log), '\n');
    },
    long: (log, bytes) => writeTo(liveOf(log), `${'y'.repeat(bytes)}\n`),
    partial: (log) => writeTo(liveOf(log), ''),
    late(log) {
      const worker = workers.get(log);
      if (!worker || (worker.isOld && !isWritten(worker.body))) return;
      if (worker.isOld) worker.body.wasWrittenLate = true;
      add(worker.body, `${piece(worker.body)}\n`, (text) => writeSync(worker.fd, text));
    },
    retire() {
      for (const worker of workers.values()) worker.isOld = true;
    },
    rotate(log, as) {
      const live = liveOf(log);
      if (!places.has(live)) return;
      employ(log, live);
      if (as !== 'dateext') {
        shift(live);
        move(live, `${live}.1`);
      } else {
        dates += 1;
        move(live, `${live}-${20_260_100 + dates}`);
      }
      if (as !== 'lazy') create(live);
    },
    async copyTruncate(log, window, between) {
      const live = liveOf(log);
      const body = bodyAt(live);
      shift(live);
      copyFileSync(at(live), at(`${live}.1`));
      places.set(`${live}.1`, { body, length: body.text.length, packed: false });
      for (let index = 0; index < window; index += 1) writeTo(live, '\n');
      dismiss(log);
      await between();
      cut(live);
    },
    async compress(log, between) {
      const path = rotatedOf(log).findLast((other) => places.get(other)?.packed === false);
      const place = path === undefined ? undefined : places.get(path);
      if (path === undefined || !place) return;
      const length = place.length ?? place.body.text.length;
      const packed = gzipSync(readFileSync(at(path)));
      writeFileSync(at(`${path}.gz`), packed.subarray(0, packed.length / 2));
      await between();
      writeFileSync(at(`${path}.gz`), packed);
      places.set(`${path}.gz`, { body: place.body, length, packed: true });
      drop(path);
    },
    truncate(log) {
      const live = liveOf(log);
      if (!places.has(live)) return;
      dismiss(log);
      cut(live);
    },
    remove(log, which) {
      const path = which === 'live' ? liveOf(log) : rotatedOf(log)[0];
      if (path === undefined || !places.has(path)) return;
      if (which === 'live') employ(log, path);
      drop(path);
    },
    recreate(log) {
      if (!places.has(liveOf(log))) create(liveOf(log));
    },
    switchLink() {
      if (!link) return;
      if (places.has(liveOf(0))) employ(0, liveOf(0));
      release += 1;
      create(liveOf(0));
      unlinkSync(at(link));
      symlinkSync(liveOf(0), at(link));
    },
    complete() {
      for (const [path, place] of places) {
        if (isOriginal(place) && isWritten(place.body) && !place.body.text.endsWith('\n') && place.body.text !== '')
          writeTo(path, '\n');
      }
      for (const log of [...workers.keys()]) dismiss(log);
    },
  };

  function rotatedNumber(live: string, path: string): number {
    const rest = path.startsWith(`${live}.`) ? /^(\d+)(\.gz)?$/.exec(path.slice(live.length + 1)) : null;
    return Number(rest?.[1] ?? 0);
  }
}

export function isOriginal(place: Place): boolean {
  return place.length === undefined;
}
