/** Adds to a page of sums, within its room. */
import type { Cell } from '../types.ts';
import { otherOf } from './other.ts';
import { createStepArrays, type Page, type Steps } from './page.ts';
import { emptyRoom, hasPlace, hasRoom, KEY_CHARS_MAX, type Room, type Standing, takePlace, takeRoom } from './room.ts';
import { addedBytes, keyBytes, type Observed, seriesBytes, usedSteps } from './series-bytes.ts';

export interface PageWriter {
  readonly page: Page;
  readonly room: Room;
  /** False when there was no room: then it counts under `other`, or is lost where that has no room either. */
  add(cell: Cell, step: number): boolean;
}

/** What a page's admission asks of the pages before it. */
export interface PagesBefore {
  had(series: string): boolean;
  /** Of the page just before. */
  room(): Room | undefined;
  /** This page holds the series, which is labelled. */
  note(series: string): void;
}

interface OpenSteps extends Steps {
  used: number;
  readonly standing: Standing;
}

export function createPageWriter(page: Page, before: PagesBefore): PageWriter {
  const room = emptyRoom();
  const newArray = createStepArrays();
  const open = new Map<string, OpenSteps>();
  let lastSeries = '';
  let lastSteps: OpenSteps | undefined;
  for (const [series, steps] of [...page.series]) {
    const opened = enter(series, steps, standingOf(series));
    takeRoom(room, opened.standing, seriesBytes(series, steps));
  }

  function standingOf(series: string): Standing {
    if (otherOf(series) === series) return 'own';
    return before.had(series) ? 'known' : 'fresh';
  }

  function enter(series: string, steps: Steps, standing: Standing): OpenSteps {
    const opened = { ...steps, used: usedSteps(steps.counts), standing };
    open.set(series, opened);
    page.series.set(series, opened);
    takePlace(room, standing);
    if (standing !== 'own') before.note(series);
    return opened;
  }

  /** Undefined when the page cannot take another series such as this. */
  function admit(series: string): OpenSteps | undefined {
    const standing = standingOf(series);
    if (standing !== 'own' && series.length > KEY_CHARS_MAX) return undefined;
    if (!hasPlace(room, before.room(), standing)) return undefined;
    const bytes = keyBytes(series);
    if (!hasRoom(room, before.room(), standing, bytes)) return undefined;
    takeRoom(room, standing, bytes);
    const counts = newArray();
    return enter(series, { counts, sums: counts }, standing);
  }

  function addTo(series: string, step: number, added: Observed): boolean {
    // Cells of one series stand together.
    if (series !== lastSeries || !lastSteps) lastSteps = open.get(series) ?? admit(series);
    lastSeries = series;
    if (!lastSteps) return false;
    const bytes = addedBytes(lastSteps, step, added);
    if (bytes > 0) {
      if (!hasRoom(room, before.room(), lastSteps.standing, bytes)) return false;
      takeRoom(room, lastSteps.standing, bytes);
    }
    if (lastSteps.sums === lastSteps.counts && added.sum !== added.count) {
      lastSteps.sums = newArray();
      lastSteps.sums.set(lastSteps.counts);
    }
    addStep(lastSteps, step, added);
    return true;
  }

  return {
    page,
    room,
    add(cell, step) {
      // Nothing was observed.
      if (cell.count === 0 || addTo(cell.series, step, cell)) return true;
      const other = otherOf(cell.series);
      if (other !== cell.series) addTo(other, step, cell);
      return false;
    },
  };
}

function addStep(steps: OpenSteps, step: number, { count, sum }: Observed): void {
  if (steps.counts[step] === 0) steps.used += 1;
  steps.counts[step] = (steps.counts[step] as number) + count;
  if (steps.sums !== steps.counts) steps.sums[step] = (steps.sums[step] as number) + sum;
}
