/** A journal and a program journalctl for it: what linesman's own calls need of the real one, and no more. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeJournal {
  /** Folder of the program, to be put first into PATH. */
  readonly bin: string;
  write(entry: { readonly identifier?: string; readonly unit?: string; readonly message: string }): void;
  /** From now on every start complains so and ends; undefined: no more. */
  fail(complaint: string | undefined): void;
  /** While it is held, those that start say nothing. */
  hold(isHeld: boolean): void;
  /** Ends those that run. */
  kill(): void;
  /** Starts so far. */
  starts(): readonly { readonly args: readonly string[]; readonly environment: readonly string[] }[];
  end(): void;
}

const PROGRAM = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const folder = join(__dirname, '..');
const args = process.argv.slice(2);
// Before it says that it runs: a kill from then on must reach it.
const kills = readFileSync(join(folder, 'kills'), 'utf8');
appendFileSync(join(folder, 'starts'), JSON.stringify({ args, environment: Object.keys(process.env) }) + '\\n');
const asleep = new Int32Array(new SharedArrayBuffer(4));
while (existsSync(join(folder, 'held'))) Atomics.wait(asleep, 0, 0, 10);
const complaint = readFileSync(join(folder, 'complaint'), 'utf8');
if (complaint !== '') { process.stderr.write(complaint + '\\n'); process.exit(1); }
const wanted = args.filter((arg) => /^[A-Z_]+=/.test(arg)).map((arg) => arg.split('='));
const cursor = args.find((arg) => arg.startsWith('--cursor='))?.slice(9);
const entries = () => readFileSync(join(folder, 'entries'), 'utf8').split('\\n').filter(Boolean);
const fits = (entry) => wanted.length === 0 || wanted.some(([field, value]) => entry[field] === value);
let shown = 0;
if (cursor !== undefined) {
  // The entry of the cursor, or where that is not wanted the next one that is: as the real one does.
  shown = entries().findIndex((line) => JSON.parse(line).__CURSOR === cursor);
  if (shown === -1) { process.stderr.write('Failed to seek to cursor: Invalid argument\\n'); process.exit(1); }
}
function show() {
  const all = entries();
  for (; shown < all.length; shown += 1)
    if (fits(JSON.parse(all[shown]))) process.stdout.write(all[shown] + '\\n');
}
if (args.includes('--lines=1')) process.stdout.write(entries().slice(-1).map((line) => line + '\\n').join(''));
else {
  show();
  setInterval(() => {
    if (readFileSync(join(folder, 'kills'), 'utf8') !== kills || !existsSync(folder)) process.exit(3);
    show();
  }, 10);
}
`;

export function createFakeJournal(): FakeJournal {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-journal-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['entries', 'starts', 'complaint', 'kills']) writeFileSync(join(folder, name), '');
  writeFileSync(join(bin, 'journalctl'), `#!${process.execPath}\n${PROGRAM}`, { mode: 0o755 });
  let written = 0;

  return {
    bin,
    write({ identifier, unit, message }) {
      written += 1;
      const entry = {
        _SYSTEMD_UNIT: unit,
        __REALTIME_TIMESTAMP: `${Date.now() * 1_000}`,
        SYSLOG_IDENTIFIER: identifier,
        __CURSOR: `s=0123456789abcdef;i=${written.toString(16)}`,
        MESSAGE: message,
      };
      appendFileSync(join(folder, 'entries'), `${JSON.stringify(entry)}\n`);
    },
    fail(complaint) {
      writeFileSync(join(folder, 'complaint'), complaint ?? '');
    },
    hold(isHeld) {
      if (isHeld) writeFileSync(join(folder, 'held'), '');
      else rmSync(join(folder, 'held'), { force: true });
    },
    kill: () => appendFileSync(join(folder, 'kills'), '.'),
    starts: () => linesOf(join(folder, 'starts')).map((line) => JSON.parse(line)),
    end() {
      appendFileSync(join(folder, 'kills'), '.');
      // One that just starts may write into it once more.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}
