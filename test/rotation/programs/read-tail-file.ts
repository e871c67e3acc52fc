/** Prints the lines that tail-file gives. After a restart it looks for the line it gave last, by findStart. */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

interface Tail extends EventEmitter {
  start(): void;
  findStart(match: RegExp, compare: (captured: string) => number): Promise<unknown>;
}

interface Options {
  readonly files: readonly string[];
  readonly lastLine?: string;
}

type TailConstructor = new (file: string, options: { readonly startPos: 'start'; readonly force: boolean }) => Tail;

const NUMBER = /^(\d{6}) /;

const TailFile = createRequire(import.meta.url)('tail-file') as TailConstructor;

async function readForever({ files, lastLine }: Options): Promise<void> {
  const lastNumber = NUMBER.exec(lastLine ?? '')?.[1];
  for (const file of files) {
    const tail = new TailFile(file, { startPos: 'start', force: true });
    tail.on('error', () => undefined);
    if (lastNumber === undefined) {
      tail.on('line', print);
      tail.start();
      continue;
    }
    // It starts with the line that was asked for, which we have.
    tail.on('line', (line: string) => line !== lastLine && print(line));
    await tail.findStart(NUMBER, (number) => Number(lastNumber) - Number(number)).catch(() => undefined);
  }
  process.stderr.write('ready\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

// Not awaited: findStart never answers where it may not read, and Node would warn of that at length.
void readForever(JSON.parse(process.argv[2] ?? '{}') as Options);
