/** Access logs of an imagined site: the same lines for the same seed, a million and more a second. */
import { seededRandom } from '../../chaos/random.ts';
import { clfTime } from '../../support/nginx-lines.ts';
import { drawAnswers, type LogFormat } from './answers.ts';
import { createDraw, zipfWeights } from './draw.ts';
import { createSite } from './site.ts';

/** Ends of lines drawn beforehand: as many different sizes and times there are. */
const ANSWERS = 65_536;
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];
const METHOD_WEIGHTS = [870, 95, 15, 10, 5, 5];
const PROTOCOLS = [' HTTP/1.1"', ' HTTP/2.0"'];
const USERS = [' - - [', ' - alice ['];
/** No line drawn here is as long. */
const LINE_BYTES_MAX = 1_024;
/** 2026-11-25T00:00:00Z. */
const FIRST_STAMP = 1_795_564_800_000;

export interface LogParts {
  readonly seed: number;
  readonly format: LogFormat;
  /** Lines a second of the log's own time; undefined: all stamps are those of `at`. */
  readonly perSecond?: number;
}

export interface LogLines {
  /** The next ones, each with its LF, good until it is called again. `at`: their stamp, where the log has no time of its own. */
  take(count: number, at?: number): Buffer;
}

export function createLogLines({ seed, format, perSecond }: LogParts): LogLines {
  const random = seededRandom(seed);
  const site = createSite(random);
  const answers = drawAnswers(format, ANSWERS, random).map(({ oddRequest, status, end }) => ({
    ...{ oddRequest, status: inOnePiece(status), end: inOnePiece(end) },
  }));
  const paths = site.paths.map(inOnePiece);
  const addresses = site.addresses.map(inOnePiece);
  const referers = site.referers.map(inOnePiece);
  const agents = site.agents.map((agent) => inOnePiece(`" "${agent}"`));
  const drawPath = createDraw(zipfWeights(site.paths.length, 0.9), random);
  const drawAddress = createDraw(zipfWeights(site.addresses.length, 0.7), random);
  const drawMethod = createDraw(METHOD_WEIGHTS, random);
  const drawAgent = createDraw(site.agentWeights, random);
  let buffer = Buffer.alloc(0);
  let time = FIRST_STAMP;
  let second = -1;
  let stamp = '';

  function stampAt(at: number): string {
    const current = Math.floor(at / 1_000);
    if (current !== second) stamp = clfTime(at);
    second = current;
    return stamp;
  }

  function line(at: number): string {
    const answer = answers[(random() * ANSWERS) | 0] as (typeof answers)[number];
    const client = `${addresses[drawAddress()]}${USERS[random() < 0.005 ? 1 : 0]}${stampAt(at)}`;
    if (answer.oddRequest !== undefined) {
      return `${client}] "${answer.oddRequest}"${answer.status}-" "-"${answer.end}`;
    }
    const request = `${METHODS[drawMethod()]} ${paths[drawPath()]}${PROTOCOLS[random() < 0.8 ? 0 : 1]}`;
    const referer = referers[(random() * referers.length) | 0];
    return `${client}] "${request}${answer.status}${referer}${agents[drawAgent()]}${answer.end}`;
  }

  return {
    take(count, at = FIRST_STAMP) {
      if (buffer.length < count * LINE_BYTES_MAX) buffer = Buffer.alloc(count * LINE_BYTES_MAX);
      let length = 0;
      for (let left = count; left > 0; left -= 1) {
        // Requests come by chance and apart from each other: the gaps are exponential.
        if (perSecond !== undefined) time += (-Math.log(1 - random()) / perSecond) * 1_000;
        // Line by line: joined first, their many pieces would cost five times as much.
        length += buffer.write(line(perSecond === undefined ? at : time), length, 'latin1');
      }
      return buffer.subarray(0, length);
    },
  };
}

/** V8 keeps what was joined as its parts, and would walk all of them for every line. */
function inOnePiece(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
