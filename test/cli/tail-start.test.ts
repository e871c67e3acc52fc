import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { findTailStart, LOOK_BACK_BYTES } from '../../src/cli/tail-start.ts';

const folder = mkdtempSync(join(tmpdir(), 'tail-start-'));
const path = join(folder, 'a.log');
after(() => rmSync(folder, { recursive: true }));

test('whatever a file holds, it begins with the last whole lines and what follows them', async () => {
  const line = fc.oneof(
    fc.constantFrom('', 'a', 'bc'),
    fc.integer({ min: 65_530, max: 65_540 }).map((n) => 'x'.repeat(n)),
  );
  const file = fc.record({
    lines: fc.array(line, { maxLength: 8 }),
    rest: line,
    wanted: fc.nat(9),
    sampled: fc.nat(9),
  });

  await fc.assert(
    fc.asyncProperty(file, async ({ lines, rest, wanted, sampled }) => {
      const last = (number: number) =>
        lines
          .slice(Math.max(0, lines.length - number))
          .map((one) => `${one}\n`)
          .join('');
      const text = `${last(lines.length)}${rest}`;
      writeFileSync(path, text);

      const start = await findTailStart(path, { lines: wanted, sampleLines: sampled });

      assert.equal(text.slice(start?.from), `${last(wanted)}${rest}`);
      assert.equal(Buffer.from(start?.sample ?? []).toString(), last(sampled));
    }),
  );
});

test('a line that began further back than is looked is left out', async () => {
  const text = `${'x'.repeat(LOOK_BACK_BYTES)}\na\nb\n`;
  writeFileSync(path, text);

  const start = await findTailStart(path, { lines: 10, sampleLines: 10 });

  assert.equal(text.slice(start?.from), 'a\nb\n');
  assert.equal(Buffer.from(start?.sample ?? []).toString(), 'a\nb\n');
});
