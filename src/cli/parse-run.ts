/** Prints what patterns make of each line of some files, and at the end what came of how many. */
import { createLineParsers, type LineParser, type ParsedLine } from '../core/parse/parsed-lines.ts';
import { visibleJson } from '../core/render/sanitise.ts';
import { createOutput } from './joined-output.ts';
import type { ParseOptions } from './parse.ts';
import { readLines } from './parse-input.ts';
import { loadTriedPatterns } from './tried-patterns.ts';

/** Gives the exit code: 1 where a line matched no pattern. Throws UserError. */
export async function parseFiles(files: readonly string[], options: ParseOptions): Promise<number> {
  const { patterns, timezone, config } = await loadTriedPatterns(options);
  const only = options.pattern ?? config.sources[0]?.pattern;
  const createParser = createLineParsers({ patterns, timezone, only, near: Date.now() });
  const output = createOutput(process.stdout);
  const summary = createSummary();
  const shownTime = createInstant();

  async function parse(path: string, parser: LineParser): Promise<void> {
    function print(line: ParsedLine): void {
      summary.add(line);
      output.add(parsedJson(line, shownTime));
    }
    await readLines(path, {
      async lines(bytes) {
        parser.take(bytes, print);
        await output.flush();
      },
      async long(head, bytes) {
        parser.takeLong(head, bytes, print);
        await output.flush();
      },
    });
  }

  let isWhole = false;
  try {
    for (const path of files) await parse(path, createParser());
    isWhole = true;
  } finally {
    // Of a file that is not there the error alone says enough.
    if (isWhole || summary.lines() > 0) process.stderr.write(`${summary.text()}\n`);
  }
  return summary.unmatched() > 0 ? 1 : 0;
}

/** One line, harmless on a terminal. */
function parsedJson(parsed: ParsedLine, shownTime: ShownTime): string {
  if ('unmatched' in parsed) {
    const { isPart, ...shown } = parsed;
    return visibleJson(JSON.stringify(shown));
  }
  const { time, fields, ...shown } = parsed;
  return visibleJson(JSON.stringify({ ...shown, time: shownTime(time), fields }));
}

/** Times that no date can have are none. */
const MAX_TIME_MS = 8.64e15;

type ShownTime = (time: number | undefined) => string | null;

/** Lines mostly share the stamp of the line before. */
function createInstant(): ShownTime {
  let last: number | undefined;
  let text: string | null = null;
  return (time) => {
    if (time !== last) text = instant(time);
    last = time;
    return text;
  };
}

function instant(time: number | undefined): string | null {
  return time === undefined || Math.abs(time) > MAX_TIME_MS ? null : new Date(time).toISOString();
}

function createSummary(): { add(line: ParsedLine): void; lines(): number; unmatched(): number; text(): string } {
  const byPattern = new Map<string, number>();
  let lines = 0;
  let unmatched = 0;
  let parts = 0;
  return {
    add(line) {
      lines += 1;
      if (!('unmatched' in line)) byPattern.set(line.pattern, (byPattern.get(line.pattern) ?? 0) + 1);
      else if (line.isPart) parts += 1;
      else unmatched += 1;
    },
    lines: () => lines,
    unmatched: () => unmatched,
    text() {
      const counts = [...byPattern].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
      if (parts > 0) counts.push(`parts of longer lines ${parts}`);
      return [`${lines} ${lines === 1 ? 'line' : 'lines'}`, ...counts, `unmatched ${unmatched}`].join(', ');
    },
  };
}
