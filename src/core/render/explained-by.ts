/** Who explains a finding, in one sentence with its numbers. Keys are log text and are made harmless here. */
import type { Explainer, Explanation } from '../detect/attribution/explanation.ts';
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
  return `${capital(namesOf(first))} ${verbOf(first)}: ${numbersOf(first, model)}${also.join('')}.`;
}

function spreadText({ fields }: Explanation, { varieties = [], finding }: MailModel): string {
  const names = fields.map((by) => `${NAMES[by]?.[1] ?? visible(by, KEY_CHARS)}${varietyOf(by, varieties)}`);
  const last = names.at(-1) ?? '';
  const list = names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  return `It is spread over all ${list} as ${finding.part === undefined ? 'before' : 'usual'}.`;
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

function numbersOf(one: Explainer, model: MailModel): string {
  const { finding } = model;
  const isShare = one.all !== undefined;
  const now = `${percent(one.now)}${isShare ? ' of the bad ones' : ''} now`;
  const before = one.before === undefined ? '' : ` (${percent(one.before)} before)`;
  const all = one.all === undefined ? '' : `, ${percent(one.all)} of all`;
  return `${now}${before}${all}; without ${one.keys.length > 1 ? 'them' : 'it'} ${withoutText(one, finding)}`;
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
