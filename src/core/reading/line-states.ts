/** What lines say of how they are read: no pattern takes them, or their stamps are off; as states with commands. */

import { defang, visible } from '../render/sanitise.ts';
import { durationText } from '../render/units.ts';
import type { ClockOffset } from './clock-offset.ts';
import { fittingZone } from './fitting-zone.ts';
import type { Recognised } from './recognised.ts';
import { shellWord } from './shell-word.ts';
import type { Remedy, State, Surroundings } from './state.ts';

/** Of a line shown; the whole of it stands in the log. */
const EXAMPLE_CHARS = 240;
const NGINX_CONF = '/etc/nginx/nginx.conf';

/** `example`: one of the lines, as it stood in the log, for a mail: one that loses its links there is no word of a command. */
export function formatUnknown(
  { share, of }: NonNullable<Recognised['lost']>,
  source: string,
  { example, where }: { readonly example: string | undefined; readonly where: Surroundings },
): State {
  const shown = example === undefined ? '' : ` Such a line: ${visible(example, EXAMPLE_CHARS)}`;
  const isShown = example !== undefined && example.length <= EXAMPLE_CHARS && defang(example) === example;
  const line = isShown ? shellWord(example, "'LINE'") : "'LINE'";
  return {
    name: 'format_unknown',
    sentence: `${Math.round(share * of)} of ${of} lines of source ${source} match no pattern, so nothing in them is watched.${shown}`,
    remedy: [
      { does: 'see how far each pattern came', command: linesman(`explain ${line}`, where) },
      {
        does: 'let linesman make a pattern of the log_format',
        command: linesman(`pattern from-nginx ${NGINX_CONF}`, where),
      },
    ],
  };
}

/** `zone`: the one that stamps without a zone are read in. */
export function clockOff(
  { pattern, aheadMs, isZone }: ClockOffset,
  source: string,
  { zone, now }: { readonly zone: string; readonly now: number },
): State {
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  const far = `Lines of ${pattern} in source ${source} are stamped ${durationText(Math.abs(aheadMs))} ${way} this machine's clock`;
  const lost = aheadMs > 0 ? 'they count in no window' : 'what they show is told late or not at all';
  const clock: Remedy = {
    does: 'on the machine that writes them, see its clock and have it set',
    command: 'timedatectl; timedatectl set-ntp true',
  };
  if (!isZone)
    return { name: 'clock_offset', sentence: `${far}, so ${lost}: one of the two clocks is wrong.`, remedy: [clock] };
  const { name: fits, minutes } = fittingZone(zone, aheadMs, now);
  return {
    name: 'clock_offset',
    sentence: `${far}, so ${lost}: whole quarters of an hour are a time zone. Stamps without a zone are read as ${zone}; these fit ${utcText(minutes)}.`,
    remedy: [
      { does: 'name the zone of the machine that writes them, as', command: `LINESMAN_TIMEZONE=${fits}` },
      { does: 'or of this source alone, in linesman.yaml', command: `timezone: ${fits}` },
    ],
  };
}

function linesman(command: string, { place }: Surroundings): string {
  if (place === 'host') return `linesman ${command}`;
  return `${place === 'container' ? 'docker exec LINESMAN' : 'kubectl exec POD -c LINESMAN --'} linesman ${command}`;
}

function utcText(minutes: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}
