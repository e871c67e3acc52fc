/** What the samples of shipped patterns for applications and servers would tell: crashes, and nothing that a client wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { createChunkParser } from '../../src/core/parse/chunk.ts';
import { chunkOf, encode, OPEN } from '../core/parse/tallies.ts';

const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

/** Of all samples' stamps none is ahead of it. */
const AFTER = Date.UTC(2026, 10, 26);

/** By pattern, the lines of its samples that say so; of those not named none does. */
const FATAL: Readonly<Record<string, readonly string[]>> = {
  mysql: ['mariadbd got signal 11', 'UTC - mysqld got signal 6'],
  postgres: ['server process (PID 4711) was terminated by signal 9: Killed', 'PANIC:  could not write to file'],
  'postgres-json': ['server process (PID 4711) was terminated by signal 9: Killed'],
  redis: ['Redis 7.2.4 crashed by signal: 11', 'Out Of Memory allocating 1073741832 bytes!'],
  syslog: ['Out of memory: Killed process 4711 (mysqld)', 'Memory cgroup out of memory: Killed process 99 (node)'],
};
const SEVERE: Readonly<Record<string, readonly string[]>> = {
  mysql: ['Database page corruption on disk', 'Write to file ./shop/orders.ibd failed'],
  postgres: ['could not extend file "base/16384/16385"', 'sorry, too many clients already'],
  'postgres-json': ['sorry, too many clients already'],
  redis: ["Can't save in background", 'Error writing to the AOF file'],
};

for (const { name, spec } of patterns.filter(({ spec }) => observes(spec.observation, 'log.lines'))) {
  test(`${name}: what is fatal or severe in its samples, and nothing else`, () => {
    const parser = createChunkParser({ patterns, timezone: 'UTC', only: name });
    const said = { 'log.fatal': FATAL[name] ?? [], 'log.severe': SEVERE[name] ?? [] };

    for (const [series, wanted] of Object.entries(said)) {
      const counted = spec.samples.filter(({ line }) => {
        const { tally } = parser.parse(chunkOf(encode([line])), 0, { ...OPEN, now: AFTER });
        return tally.cells.some((cell) => cell.series === series);
      });

      assert.equal(counted.length, wanted.length, counted.map(({ line }) => line).join('\n'));
      for (const [index, { line }] of counted.entries()) assert.ok(line.includes(wanted[index] ?? ''), line);
    }
  });
}

test('errors of applications count by their level; of databases none do, since they are their clients', () => {
  const counting = patterns.filter(({ spec }) => observes(spec.observation, 'log.errors')).map(({ name }) => name);

  assert.deepEqual(
    ['json', 'log4j', 'logfmt', 'pino', 'python', 'winston'].filter((name) => !counting.includes(name)),
    [],
  );
  assert.deepEqual(
    ['mysql', 'postgres', 'postgres-json', 'redis', 'syslog'].filter((name) => counting.includes(name)),
    [],
  );
});

function observes({ series }: { readonly series: readonly { readonly name: string }[] }, wanted: string): boolean {
  return series.some(({ name }) => name === wanted);
}
