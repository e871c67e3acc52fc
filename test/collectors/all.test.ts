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
      if (!option.optional) assert.equal(typeof option.example, typeof option.default);
    }
  });

  test(`${file}: measures only series that it names, with their labels, and takes the options of its examples`, async () => {
    const specs = new Map(collector.series.map((spec) => [spec.name, spec]));
    const runner = collector.compile(
      optionsOf(({ default: value }) => value),
      THIS_MACHINE,
    );
    await runner.collect();
    for (const { series, value } of await runner.collect()) {
      const { name, labels } = parseSeriesKey(series);
      const by = specs.get(name)?.by;
      assert.ok(specs.has(name), series);
      assert.deepEqual(Object.keys(labels), by === undefined ? [] : [by], series);
      assert.ok(Number.isFinite(value) && value >= 0, `${series} ${value}`);
    }
    collector.compile(
      optionsOf(({ example }) => example),
      THIS_MACHINE,
    );
  });

  test(`${file}: its watches judge series that it measures, by the label they have`, () => {
    for (const { name, options, by } of collector.watches) {
      const spec = collector.series.find((one) => one.name === options.series);
      assert.ok(spec, `${name} judges ${options.series}`);
      assert.equal(by, spec.by, name);
      if (options.unit !== undefined) assert.equal(options.unit, spec.unit, name);
    }
  });

  test(`${file}: its watches are of the machine, and say what to do`, () => {
    for (const watch of collector.watches) {
      assert.match(watch.name, /^(host|container|nginx|redis)\.[a-z.]+$/);
      assert.notEqual(watch.severity, 'info');
      assert.equal(watch.rank, 3);
      assertSentence(watch.why);
      assertSentence(watch.whatToDo);
      assert.match(watch.whatToDo, /`[a-z]/, 'names a command');
    }
  });

  test(`${file}: a limit to enter has an easier one to leave, and a window of several readings`, () => {
    for (const { detector, options } of collector.watches) {
      if (detector !== 'threshold') continue;
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
