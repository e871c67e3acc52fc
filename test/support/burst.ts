/** A second in which most requests fail: beyond doubt, so that it fires at once. */
import { nginxLines } from './nginx-lines.ts';
import type { World } from './service.ts';

/** Lines written by one burst. */
export const BURST_LINES = 1_100;

export async function writeBurst(world: World): Promise<void> {
  await world.append(nginxLines(100) + nginxLines(BURST_LINES - 100, 502));
}
