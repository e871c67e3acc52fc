/** What somebody told of, as a deployment, on its way to the faults near which it is to be shown. */
import { EVENT_SERIES } from '../core/check.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { Figures } from '../engine/figures.ts';
import { within } from '../redis/limits.ts';
import type { ToldEvent } from '../web/event-body.ts';

/** Who tells does not wait longer for the store. */
const STORED_WITHIN_MS = 4_000;

/** Rejects where it could not be stored. */
export async function takeEvent(
  { kind, text, time }: ToldEvent,
  figures: Pick<Figures, 'add'> | undefined,
): Promise<void> {
  if (!figures) throw new Error('nothing is measured yet');
  const event = { series: seriesKey(EVENT_SERIES, { kind }), value: 1, lines: [text] };
  await within(STORED_WITHIN_MS, figures.add([event], time));
}
