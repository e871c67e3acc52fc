import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { parseSeriesKey } from '../../src/core/observe/series.ts';
import type { CollectorPlugin, OptionSpec, Options } from '../../src/core/plugin.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const folder = new URL('../../src/collectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

test('there are collectors to find', () => {
  assert.ok(files.length >= 3, files.join());
});

for (const file of files) {
  const { collector } = (await import(new URL(file, folder).href)) as { readonly collector: CollectorPlugin };

  test(`${file}: has its file's name and says what it measures`, () => {
    assert.equal(`${collector.name}.ts`, file);
    assertSentence(collector.describe);
  });

  test(`${file}: every option says what it is for and has an example`, () => {
    for (const option of Object.values(collector.options)) {
      assertSentence(option.describe);
      assert.equal(typeof option.example, typeof option.default);
    }
  });

  test(`${file}: measures the series its watches judge, with the options of their examples and without`, async () => {
    for (const options of [optionsOf(({ default: value }) => value), optionsOf(({ example }) => example)]) {
      const runner = collector.compile(options, THIS_MACHINE);
      await runner.collect();
      const measured = await runner.collect();
      const names = new Set(measured.map(({ series }) => parseSeriesKey(series).name));
      for (const { options, by } of collector.watches) {
        assert.ok(names.has(String(options.series)), `${options.series} in ${[...names]}`);
        if (by === undefined) continue;
        for (const { series } of measured) assert.notEqual(parseSeriesKey(series).labels[by], undefined, series);
      }
    }
  });

  test(`${file}: its watches are warnings of the machine, and say what to do`, () => {
    assert.ok(collector.watches.length > 0);
    for (const watch of collector.watches) {
      assert.match(watch.name, /^host\.[a-z.]+$/);
      assert.deepEqual([watch.severity, watch.rank], ['warning', 3]);
      assertSentence(watch.why);
      assertSentence(watch.whatToDo);
      assert.match(watch.whatToDo, /`[a-z]/, 'names a command');
    }
  });

  test(`${file}: a limit to enter has an easier one to leave, and a window of several readings`, () => {
    const thresholds = collector.watches.filter(({ detector }) => detector === 'threshold');
    assert.ok(thresholds.length > 0);
    for (const { options } of thresholds) {
      const { above, below, leave, window } = options;
      assert.ok(typeof leave === 'number' && typeof window === 'number' && window >= 3 * collector.everyMs);
      if (typeof above === 'number') assert.ok(leave < above);
      else assert.ok(typeof below === 'number' && leave > below);
    }
  });

  function optionsOf(value: (option: OptionSpec) => OptionSpec['default']): Options {
    return Object.fromEntries(Object.entries(collector.options).map(([name, option]) => [name, value(option)]));
  }
}

function assertSentence(text: string): void {
  assert.match(text, /^[A-Z].*\.$/);
}
