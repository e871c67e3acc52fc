/** Which statuses are right: '200-299', '200,301-302'. */

type Range = readonly [from: number, to: number];

/** Undefined: the text is no such list. */
export function parseStatusList(text: string): readonly Range[] | undefined {
  const ranges = text.split(',').map(parseRange);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

export function includesStatus(ranges: readonly Range[], status: number): boolean {
  return ranges.some(([from, to]) => status >= from && status <= to);
}

function parseRange(text: string): Range | undefined {
  const [, first, last = first] = /^\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*$/.exec(text) ?? [];
  if (first === undefined || Number(first) > Number(last)) return undefined;
  return [Number(first), Number(last)];
}
