/** Settings from environment variables: the three that most people need, and one for each key that differs by machine. */
import { toMistakes } from './pattern-words.ts';
import { type ConfigFile, configSchema } from './schema.ts';

/** Variable to the key it sets, and how its text becomes a value. docs/CONFIG.md lists them, and a test compares. */
export const VARIABLES: Readonly<Record<string, { readonly path: readonly string[]; readonly list?: boolean }>> = {
  LINESMAN_LOGS: { path: ['sources'] },
  LINESMAN_FROM: { path: ['sources'] },
  LINESMAN_MAIL_TO: { path: ['mail', 'to'], list: true },
  LINESMAN_MAIL_FROM: { path: ['mail', 'from'] },
  LINESMAN_SMTP_URL: { path: ['mail', 'smtp'] },
  LINESMAN_DATA: { path: ['data'] },
  REDIS_URL: { path: ['redis'] },
  LINESMAN_HTTP: { path: ['http'] },
  LINESMAN_HOST: { path: ['host'] },
  LINESMAN_PATTERNS: { path: ['patterns'] },
  LINESMAN_TIMEZONE: { path: ['timezone'] },
  LINESMAN_LOG: { path: ['log'] },
};

export function environmentSettings(env: Readonly<Record<string, string | undefined>>): {
  readonly settings: ConfigFile;
  readonly mistakes: readonly string[];
} {
  const settings: { [key: string]: unknown } = {};
  const mistakes: string[] = [];
  for (const [variable, { path, list }] of Object.entries(VARIABLES)) {
    const text = env[variable];
    if (text === undefined || text === '' || path[0] === 'sources') continue;
    const checked = check(variable, nest(path, list ? split(text) : text));
    mistakes.push(...checked.mistakes);
    for (const [key, value] of Object.entries(checked.settings)) {
      settings[key] =
        typeof value === 'object' && !Array.isArray(value) ? { ...(settings[key] as object), ...value } : value;
    }
  }
  const logs = check('LINESMAN_LOGS', sourcesOf(env));
  return { settings: { ...settings, ...logs.settings } as ConfigFile, mistakes: [...mistakes, ...logs.mistakes] };
}

function sourcesOf(env: Readonly<Record<string, string | undefined>>): object {
  if (!env.LINESMAN_LOGS && !env.LINESMAN_FROM) return {};
  const files = env.LINESMAN_LOGS ? split(env.LINESMAN_LOGS) : ['/var/log/nginx/*.log'];
  return { sources: [{ name: 'nginx', files, ...(env.LINESMAN_FROM && { from: env.LINESMAN_FROM }) }] };
}

function check(variable: string, value: object): { settings: ConfigFile; mistakes: string[] } {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return { settings: parsed.data, mistakes: [] };
  return { settings: {}, mistakes: toMistakes(parsed.error.issues).map(({ message }) => `${variable}: ${message}`) };
}

function nest(path: readonly string[], value: unknown): object {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nest(rest, value) };
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
