/** Our own log for a person at a terminal: a line a record, its time and level, its fields behind the sentence. */
import { visible } from '../core/render/sanitise.ts';

const VALUE_CHARS = 1_000;

/** `record`: one of pino's lines. */
export function plainLines(record: string): string {
  const { time, level, msg, text, remedy, mistakes, ...fields } = JSON.parse(record) as Readonly<
    Record<string, unknown>
  >;
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${valueText(value)}`);
  const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${valueText(msg)}${pairs.join('')}\n`;
  // Commands are to be copied, which the quotes of a list in JSON would not let.
  const blocks = [text, mistakes, remedy].flat().filter((one) => typeof one === 'string');
  return `${head}${blocks.map(blockOf).join('')}`;
}

function valueText(value: unknown): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value), VALUE_CHARS);
}

/** Of several lines, as they are laid out. */
function blockOf(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${visible(line, VALUE_CHARS)}\n`)
    .join('');
}
