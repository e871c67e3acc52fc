/** Which lines are kept as exemplars: a few of each series in a minute, and no more bytes than there is room for. */
import type { Exemplar } from '../types.ts';
import { textLength } from './bytes.ts';

/** Exemplars kept for one series in one minute, and for all of them. */
const EXEMPLARS_PER_SERIES = 5;
const EXEMPLARS_PER_MINUTE = 200;
/** Bytes of the exemplars of one minute as stored. */
export const EXEMPLAR_BYTES = 32 * 1024;

export interface ExemplarRoom {
  /** Takes it if there is room. `page` is the page of sketches it goes into: a line stands once in each. */
  admit(exemplar: Exemplar, page: number): boolean;
  /** It is stored already. */
  takeOver(exemplar: Exemplar, page: number): void;
}

/** Of one minute. */
export function createExemplarRoom(): ExemplarRoom {
  const bySeries = new Map<string, number>();
  const pageOfLine = new Map<string, number>();
  let kept = 0;
  let bytes = 0;

  /** As stored: key, milliseconds since the page began, and the line or how far back it stands already. */
  function bytesOf({ series, line }: Exemplar, page: number): number {
    return textLength(series) + 2 + 2 + (pageOfLine.get(line) === page ? 0 : textLength(line));
  }

  function takeOver(exemplar: Exemplar, page: number): void {
    kept += 1;
    bytes += bytesOf(exemplar, page);
    bySeries.set(exemplar.series, (bySeries.get(exemplar.series) ?? 0) + 1);
    pageOfLine.set(exemplar.line, page);
  }

  return {
    takeOver,
    admit(exemplar, page) {
      if (kept >= EXEMPLARS_PER_MINUTE || (bySeries.get(exemplar.series) ?? 0) >= EXEMPLARS_PER_SERIES) return false;
      // A letter is a byte at least: mostly there is no need to count them.
      if (bytes + exemplar.series.length > EXEMPLAR_BYTES || bytes + bytesOf(exemplar, page) > EXEMPLAR_BYTES)
        return false;
      takeOver(exemplar, page);
      return true;
    },
  };
}
