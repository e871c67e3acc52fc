/** The exemplars of a page as bytes. */
import type { Exemplar } from '../types.ts';
import type { Reader, Writer } from './bytes.ts';

/** A line is mostly kept for several series: it stands once, and then as how many exemplars ago that was. */
export function writeExemplars(out: Writer, exemplars: readonly Exemplar[], start: number): void {
  const places = new Map<string, number>();
  out.number(exemplars.length);
  exemplars.forEach(({ series, time, line }, place) => {
    const known = places.get(line);
    out.text(series);
    out.number(time - start);
    out.number(known === undefined ? 0 : place - known);
    if (known === undefined) out.text(line);
    places.set(line, place);
  });
}

/** Throws RangeError for bytes that are none. */
export function readExemplars(from: Reader, exemplars: Exemplar[], start: number): void {
  for (let left = from.number(); left > 0; left -= 1) {
    const series = from.text();
    const time = start + from.number();
    const back = from.number();
    const line = back === 0 ? from.text() : exemplars.at(-back)?.line;
    if (line === undefined) throw new RangeError('there is no such line');
    exemplars.push({ series, time, line });
  }
}
