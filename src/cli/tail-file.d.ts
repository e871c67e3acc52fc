/** What `linesman tail` uses of the package tail-file, which comes without types. */
declare module 'tail-file' {
  import { EventEmitter } from 'node:events';

  /** Emits line, error, restart (PRIMEFOUND, NEWPRIME, TRUNCATE, CATCHUP) and secondary. */
  class Tail extends EventEmitter {
    /** Options replace properties and methods of the object. With a callback it starts at once. */
    constructor(path: string, options?: object, onLine?: (line: string) => void);
    /** Letters of the line that is not complete yet. */
    txt: string;
    /** The open file; 'init' while it is being opened. */
    fd: number | 'init' | null | undefined;
    started: string | null;
    starting: string | null;
    startPos: 'start' | 'end' | number;
    watcher?: EventEmitter | undefined;
    start(): void;
    stop(): Promise<unknown>;
    /** Where reading begins, in bytes. */
    setBytePos(position: number): void;
    startTail(path: string): void;
    /** Looks whether there is something new. */
    checkDir(type: string, name: string): void;
    onError(error: Error): void;
    decode(chunk: Buffer | null): void;
    onEndOfFile(): void;
  }
  export = Tail;
}
