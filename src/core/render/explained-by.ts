/** Who explains a finding, in one sentence with its numbers. Keys are log text and are made harmless here. */
import type { Alike, Explainer, Explanation } from '../detect/attribution/explanation.ts';
import type { MailModel, Variety } from '../types.ts';
import { logText, visible } from './sanitise.ts';
import { countText, durationText, valueText } from './units.ts';

const KEY_CHARS = 80;
/** What cannot be more than a name, an address or a path stands as it is, everything else in quotes. */
const PLAIN = /^[\p{L}\p{N}._:/@*[\]-]+$/u;

/** What a field is called in a sentence: one of them, all of them. */
const NAMES: Readonly<Record<string, readonly [one: string, all: string]>> = {
  upstream: ['upstream', 'upstreams'],
  vhost: ['virtual host', 'virtual hosts'],
  route: ['route', 'routes'],
  client: ['client', 'clients'],
  method: ['method', 'methods'],
  agent_family: ['agent', 'agents'],
  service: ['service', 'services'],
  logger: ['logger', 'loggers'],
  template: ['message', 'messages'],
};

export function fieldName(by: string): string {
  return NAMES[by]?.[0] ?? visible(by, KEY_CHARS);
}

/** Undefined where nothing explains it. */
export function explainedText(model: MailModel): string | undefined {
  const { explanation } = model;
  if (explanation === undefined) return undefined;
  if (explanation.kind === 'spread') return spreadText(explanation, model);
  const [first, ...others] = explanation.explainers;
  if (!first) return undefined;
  const also = others.map((one) => `; so ${one.keys.length > 1 ? 'do' : 'does'} ${namesOf(one)} (${percent(one.now)})`);
  return `${capital(namesOf(first))} ${verbOf(first)}: ${numbersOf(first, model, explanation.slow)}${also.join('')}.`;
}

function spreadText(explanation: Explanation, { varieties = [], finding }: MailModel): string {
  const { fields, alike, slow } = explanation;
  if (alike !== undefined) return alikeText(alike, explanation);
  const list = listOf(fields.map((by) => `${allOf(by)}${varietyOf(by, varieties)}`));
  if (slow !== undefined) return `All ${list} are slow alike.`;
  return `It is spread over all ${list} as ${finding.part === undefined ? 'before' : 'usual'}.`;
}

/** 'All routes are affected alike: 19% to 24% of each of the 5 largest, 21% of all; so are upstreams and agents.' */
function alikeText({ by, keys, low, high, of }: Alike, { fields, slow }: Explanation): string {
  const [from, to] = [percent(low), percent(high)];
  const range = from === to ? from : `${from} to ${to}`;
  const others = fields.filter((field) => field !== by).map(allOf);
  const also = others.length === 0 ? '' : `; so are ${listOf(others)}`;
  const which = keys > 2 ? `each of the ${keys} largest` : 'each of the two largest';
  if (slow === undefined)
    return `All ${allOf(by)} are affected alike: ${range} of ${which}, ${percent(of)} of all${also}.`;
  const usual = `usually ${valueText(slow.usual, 'share')}`;
  return `All ${allOf(by)} are slow alike: ${range} of the requests to ${which} take ${slowText(slow)}, ${percent(of)} of all (${usual})${also}.`;
}

/** '0.3 s or longer'. */
function slowText({ fromMs }: NonNullable<Explanation['slow']>): string {
  return `${valueText(fromMs / 1_000, 'seconds')} or longer`;
}

function allOf(by: string): string {
  return NAMES[by]?.[1] ?? visible(by, KEY_CHARS);
}

function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** ', from about 812 clients', where different ones are counted. */
export function varietiesText({ varieties = [], badTotal = Number.POSITIVE_INFINITY }: MailModel): string {
  const many = varieties.filter(({ different }) => different > 1);
  // Different ones are counted by ten seconds, which may reach past what was judged.
  const texts = many.map(
    ({ by, different }) => `${countText(Math.min(different, badTotal))} ${NAMES[by]?.[1] ?? visible(by, KEY_CHARS)}`,
  );
  return texts.length === 0 ? '' : `, from about ${texts.join(' and ')}`;
}

function varietyOf(by: string, varieties: readonly Variety[]): string {
  const different = varieties.find((one) => one.by === by)?.different ?? 0;
  return different > 1 ? ` (about ${countText(different)})` : '';
}

function verbOf({ keys, isUsual }: Explainer): string {
  const explain = keys.length > 1 ? 'explain' : 'explains';
  return isUsual ? `${explain} it` : `${explain} most of it`;
}

function numbersOf(one: Explainer, { finding }: MailModel, slow: Explanation['slow']): string {
  const ones = one.all === undefined ? '' : ` of the ${slow ? 'slow' : 'bad'} ones`;
  const now = `${percent(one.now)}${ones} now`;
  const before = one.before === undefined ? '' : ` (${percent(one.before)} before)`;
  const all = one.all === undefined ? '' : `, ${percent(one.all)} of all`;
  const without = slow ? slowWithout(one, slow) : withoutText(one, finding);
  return `${now}${before}${all}; without ${one.keys.length > 1 ? 'them' : 'it'} ${without}`;
}

function slowWithout({ without }: Explainer, slow: NonNullable<Explanation['slow']>): string {
  return `${valueText(without, 'share')} of the requests take ${slowText(slow)}, as usual`;
}

function withoutText({ without, isUsual, all }: Explainer, { unit, windowMs }: MailModel['finding']): string {
  const left =
    all === undefined
      ? `there are ${countText(Math.round(without))} in ${durationText(windowMs)}`
      : `the share is ${valueText(without, unit)}`;
  return `${left}, ${isUsual ? 'as usual' : 'within the limit'}`;
}

function namesOf({ by, keys }: Explainer): string {
  const name = NAMES[by]?.[keys.length > 1 ? 1 : 0] ?? visible(by, KEY_CHARS);
  return `${name} ${keys.map(keyText).join(' and ')}`;
}

function keyText(key: string): string {
  const text = logText(key, KEY_CHARS);
  return PLAIN.test(text) ? text : `“${text.replaceAll(/["“”]/g, "'")}”`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1%';
  return share < 1 && share > 0.99 ? 'over 99%' : `${Math.round(share * 100)}%`;
}
