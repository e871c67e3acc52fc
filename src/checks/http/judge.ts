/** What an answer says of the service: well, or one of the causes, with what was seen. */
import type { CheckReading } from '../../core/check.ts';
import { redactSecrets, redactUrl } from '../../core/redact-url.ts';
import { visible } from '../../core/render/sanitise.ts';
import type { Peer } from '../network/connection-causes.ts';
import { BODY_BYTES } from './body.ts';
import type { Answer } from './exchange.ts';
import type { Followed, Refusal } from './follow.ts';
import type { Phases } from './phases.ts';
import { type Settings, shownUrl } from './settings.ts';
import { includesStatus } from './status-list.ts';
import { troubled } from './troubled.ts';

const LINE_CHARS = 200;
const NOT_PERMITTED = [401, 403, 407];

export function judge(followed: Followed, settings: Settings, peer: Peer): CheckReading {
  const { came } = followed.exchange;
  const lines = () => linesOf(followed, settings);
  if (came.kind !== 'answer') return { ...troubled(came, followed, settings, peer), lines: lines() };
  const figures = { seconds: followed.seconds, status: came.status };
  const wrong = refused(followed.refusal, settings) ?? statusTrouble(came, settings) ?? contentTrouble(came, settings);
  if (wrong) return { ...wrong, figures, lines: lines() };
  const took = `${seconds(followed.seconds)} s`;
  const well = { said: `${settings.target} answered ${came.status} in ${took}.`, figures };
  if (settings.slowMs === undefined || followed.seconds * 1_000 <= settings.slowMs) return well;
  const said = `${settings.target} took ${took} to answer, longer than ${seconds(settings.slowMs / 1_000)} s.`;
  return { cause: 'slow', said, figures, lines: lines() };
}

type Wrong = Pick<CheckReading, 'cause' | 'said'>;

function refused(refusal: Refusal | undefined, { target, redirects }: Settings): Wrong | undefined {
  switch (refusal?.why) {
    case undefined:
      return undefined;
    case 'too-many':
      return {
        cause: 'redirect-loop',
        said: `${target} still redirected after ${redirects} ${redirects === 1 ? 'redirect' : 'redirects'}.`,
      };
    case 'other-host':
      return {
        cause: 'redirect-refused',
        said: `${target} redirects to another host: ${visible(refusal.to, LINE_CHARS)}`,
      };
    case 'link-local':
      return {
        cause: 'redirect-refused',
        said: `${target} redirects to the link-local address ${refusal.to}, which is not asked.`,
      };
    case 'no-http':
      return {
        cause: 'redirect-refused',
        said: `${target} redirects to an address of ${visible(refusal.to, LINE_CHARS)}, which is no HTTP.`,
      };
  }
}

function statusTrouble({ status }: Answer, { statuses, target }: Settings): Wrong | undefined {
  if (includesStatus(statuses, status)) return undefined;
  if (NOT_PERMITTED.includes(status))
    return { cause: 'not-permitted', said: `${target} did not let linesman in: it answered ${status}.` };
  return { cause: status >= 500 ? 'server-error' : 'wrong-status', said: `${target} answered ${status}.` };
}

function contentTrouble({ body }: Answer, { contains, lacks, target }: Settings): Wrong | undefined {
  const where = body.isCut ? ` in its first ${BODY_BYTES / 1024} KiB` : '';
  if (contains !== undefined && !body.text.includes(contains))
    return { cause: 'wrong-content', said: `${target} does not contain ${JSON.stringify(contains)}${where}.` };
  if (lacks !== undefined && body.text.includes(lacks))
    return { cause: 'wrong-content', said: `${target} contains ${JSON.stringify(lacks)}.` };
  return undefined;
}

/** What the other side wrote stands here without our secrets, bounded, and with nothing in it that steers a terminal. */
function linesOf({ exchange: { came, phases }, hops, url }: Followed, settings: Settings): readonly string[] {
  const shown = (text: string) => {
    const free = redactUrl(
      redactSecrets(text, settings.secrets)
        .replace(/\s+/g, ' ')
        .slice(0, 4 * LINE_CHARS),
    );
    return visible(free.trim(), LINE_CHARS);
  };
  const lines = phasesLines(phases);
  if (hops > 0) lines.unshift(`It redirected to ${shownUrl(url, settings.secrets)}.`);
  if (came.kind !== 'answer') return lines;
  if (came.headers.location !== undefined) lines.unshift(`It redirects to ${shown(came.headers.location)}`);
  const body = shown(came.body.text);
  return [shown(came.line), ...lines, ...(body === '' ? [] : [`It begins: ${body}`])];
}

/** None where it came nowhere: how long that took says nothing. */
function phasesLines({ name, connection, tls, answer, whole }: Phases): string[] {
  const reached = { 'name found': name, connected: connection, TLS: tls, 'answer begun': answer };
  const parts = Object.entries(reached).flatMap(([what, ms]) =>
    ms === undefined ? [] : [`${what} after ${Math.round(ms)} ms`],
  );
  return parts.length === 0 ? [] : [`${parts.join(', ')}, end after ${Math.round(whole)} ms.`];
}

function seconds(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : String(Math.round(value));
}
