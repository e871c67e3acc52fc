/** The fields of a line under the names that are the same for every program's log. */
import { createAgentReader, type ReadAgent } from '../observe/agent-family.ts';
import { isProbePath } from '../observe/probe-path.ts';
import type { FieldValue } from '../types.ts';
import type { Field } from './field-readers.ts';
import { readLevel } from './levels.ts';
import type { CompiledPattern, RawFields } from './pattern.ts';

/** A list has one entry an upstream that was tried, null where nginx wrote '-'. */
export type NormalisedValue = FieldValue | boolean | readonly (FieldValue | null)[];
export type NormalisedFields = Readonly<Record<string, NormalisedValue>>;

/** Reads what a pattern's match() gave. */
export type Normaliser = (raw: RawFields) => NormalisedFields;

/** Fields of patterns, and what they are called for all of them. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['vhost', 'host'],
  ['request_time', 'rt'],
  ['agent_family', 'ua_family'],
]);
const LISTS: ReadonlyMap<string, string> = new Map([
  ['upstream_response_time', 'urt'],
  ['upstream_status', 'ustatus'],
  ['upstream', 'uaddr'],
]);
const MESSAGE = 'message';
/** Between the values of several upstreams, and where nginx went on to another group of them. */
const BETWEEN = /, | : /;

export function createNormaliser(pattern: CompiledPattern): Normaliser {
  const { time, keyValues } = pattern.spec;
  // What the pairs of a field say are fields themselves.
  const left = [time?.field, keyValues?.field === MESSAGE ? undefined : keyValues?.field];
  const steps = pattern.fieldNames.filter((name) => !left.includes(name)).map((name) => stepOf(pattern, name));
  const readAgent = createAgentReader();
  return (raw) => {
    const fields: Record<string, NormalisedValue> = {};
    for (const step of steps) step(raw, fields);
    addDerived(fields, readAgent);
    return fields;
  };
}

type Step = (raw: RawFields, fields: Record<string, NormalisedValue>) => void;

function stepOf(pattern: CompiledPattern, name: string): Step {
  const field = pattern.fieldOf(name);
  const texts = pattern.rawOf(field?.from ?? name);
  const list = LISTS.get(name);
  if (list !== undefined && field && texts) {
    return (raw, fields) => {
      const text = texts(raw);
      const values = text === undefined ? [] : listOf(text, field);
      if (values.some((value) => value !== null)) fields[list] = values;
    };
  }
  const read = pattern.readerOf(name);
  const shown = nameOf(pattern, name);
  return (raw, fields) => {
    const value = read?.(raw);
    if (value !== undefined) fields[shown] = value;
  };
}

function listOf(text: string, { read }: Field): readonly (FieldValue | null)[] {
  return text.split(BETWEEN).map((one) => read(one) ?? null);
}

/** The host of a log that names virtual hosts is that of its server: it keeps its name under another. */
function nameOf({ spec, fieldNames }: CompiledPattern, name: string): string {
  if (name === spec.status) return 'status';
  if (name === spec.classes?.into) return 'error_class';
  if (name === 'host' && fieldNames.includes('vhost')) return 'server_host';
  return NAMES.get(name) ?? name;
}

function addDerived(fields: Record<string, NormalisedValue>, readAgent: ReadAgent): void {
  const { status, agent, path, level } = fields;
  if (level !== undefined) fields.level = readLevel(String(level)) ?? level;
  const code = typeof status === 'number' ? status : undefined;
  if (code !== undefined && code >= 100 && code <= 599) fields.class = `${Math.floor(code / 100)}xx`;
  const said = typeof agent === 'string' ? readAgent(agent) : undefined;
  if (said) {
    fields.ua_family = said.family;
    fields.is_bot = said.isBot;
  }
  if (said || typeof path === 'string')
    fields.is_scanner = said?.isScanner === true || (typeof path === 'string' && isProbePath(path, code));
}
