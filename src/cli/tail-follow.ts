/** Follows one file by the package tail-file: lines as they come, also behind rotation and truncation. */
import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import Tail from 'tail-file';
import { messageOf } from '../core/errors.ts';

/** A longer line is left out: it would grow in memory until its LF comes. */
export const TAIL_LINE_CHARS_MAX = 1024 * 1024;
/** Letters read at a time. */
const BUFFER_BYTES = 64 * 1024;
/** A file that is missing is looked for this often, and one whose folder gives no events (NFS, Docker Desktop) looked at. */
const LOOK_EVERY_MS = 1_000;

export interface FollowParts {
  readonly path: string;
  /** Byte to begin at; undefined: the file is not there yet, and is read from its start when it comes. */
  readonly from: number | undefined;
  readonly onLine: (line: string) => void;
  /** One sentence without its end: what happened to the file. */
  readonly onNotice: (text: string) => void;
}

/** Returns how to stop it; it never ends by itself. */
export function followFile({ path, from, onLine, onNotice }: FollowParts): () => void {
  let first = from;
  let isOver = false;
  let told = '';
  let retry: NodeJS.Timeout | undefined;
  const tail = new Tail(path, {
    _bufsize: BUFFER_BYTES,
    startPos: from === undefined ? 'start' : 'end',
    setBytePos(this: Tail, position: number) {
      // Where it would begin at the end, it begins some lines before that.
      Tail.prototype.setBytePos.call(this, first ?? position);
      first = undefined;
    },
    checkDir(this: Tail, type: string, name: string) {
      // While a file is missing or being opened, events would start it again and again.
      if (typeof this.fd === 'number') Tail.prototype.checkDir.call(this, type, name);
    },
    startTail(this: Tail, name: string) {
      try {
        Tail.prototype.startTail.call(this, name);
      } catch (error) {
        onNotice(`no file events (${messageOf(error)}), it is looked at every second`);
        this.watcher = createSilentWatcher();
        Tail.prototype.startTail.call(this, name);
      }
    },
    decode(this: Tail, chunk: Buffer | null) {
      // At the end of the file half a letter waits for its other half.
      if (chunk === null) return this.onEndOfFile();
      if (this.txt.length > TAIL_LINE_CHARS_MAX) {
        this.txt = '';
        isOver = true;
      }
      Tail.prototype.decode.call(this, chunk);
    },
  });
  tail.on('line', (line) => {
    if (isOver) onNotice(`a line of over ${TAIL_LINE_CHARS_MAX} letters is left out`);
    else onLine(line);
    isOver = false;
  });
  tail.on('ready', () => {
    told = '';
  });
  tail.on('restart', (reason) => {
    if (reason === 'NEWPRIME') onNotice('goes on in the new file');
    if (reason === 'TRUNCATE') onNotice('was truncated, goes on from its start');
  });
  tail.on('secondary', (name) => onNotice(`is missing, ${basename(name)} is followed until it comes`));
  tail.on('error', (error: NodeJS.ErrnoException) => {
    const text = error.code === 'ENOENT' ? 'is not there, waiting for it' : `cannot be read (${messageOf(error)})`;
    if (text !== told) onNotice(text);
    told = text;
    // Some errors come twice.
    clearTimeout(retry);
    retry = setTimeout(() => {
      // Left set by errors other than ENOENT, and then the next start would wait for this one for ever.
      tail.starting = null;
      tail.startPos = 'start';
      tail.start();
    }, LOOK_EVERY_MS);
  });
  const looking = setInterval(() => tail.checkDir('change', basename(path)), LOOK_EVERY_MS);
  tail.start();
  return () => {
    tail.removeAllListeners('error');
    tail.on('error', () => undefined);
    clearTimeout(retry);
    clearInterval(looking);
    void tail.stop();
  };
}

/** In place of one that cannot be had: it has no events, and closes. */
function createSilentWatcher(): EventEmitter {
  const watcher = new EventEmitter();
  return Object.assign(watcher, { close: () => setImmediate(() => watcher.emit('close')) });
}
