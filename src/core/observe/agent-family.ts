/** Which program a user agent says it is: one word of a bounded list. */

import { isBotAgent, isScannerAgent } from './bot-agent.ts';
import { flatCopy } from './flat-copy.ts';

/**
 * In this order, since browsers name each other: Edge and Opera call themselves Chrome, Chrome calls itself Safari. The
 * words are those that the programs' own pages name.
 */
const FAMILIES: readonly (readonly [family: string, words: RegExp])[] = [
  ['Googlebot', /googlebot|adsbot-google|mediapartners-google|google-inspectiontool|googleother/],
  ['Bingbot', /bingbot|bingpreview|msnbot|adidxbot/],
  ['YandexBot', /yandex[a-z]*bot|yandexbot/],
  ['Baiduspider', /baiduspider/],
  ['DuckDuckBot', /duckduckbot|duckduckgo-favicons-bot/],
  ['Applebot', /applebot/],
  ['AhrefsBot', /ahrefsbot|ahrefssiteaudit/],
  ['SemrushBot', /semrushbot/],
  ['GPTBot', /gptbot|oai-searchbot|chatgpt-user/],
  ['ClaudeBot', /claudebot|claude-user|claude-searchbot|anthropic-ai/],
  ['Bytespider', /bytespider/],
  ['Amazonbot', /amazonbot/],
  ['Facebook', /facebookexternalhit|facebookcatalog|meta-externalagent/],
  ['kube-probe', /kube-probe/],
  ['ELB-HealthChecker', /elb-healthchecker/],
  ['GoogleHC', /googlehc/],
  ['UptimeRobot', /uptimerobot/],
  ['Pingdom', /pingdom/],
  ['Uptime-Kuma', /uptime-kuma/],
  ['Prometheus', /prometheus|blackbox-exporter|blackbox exporter/],
  ['zgrab', /zgrab/],
  ['Nmap', /nmap/],
  ['Nikto', /nikto/],
  ['sqlmap', /sqlmap/],
  ['Nuclei', /nuclei/],
  ['masscan', /masscan/],
  ['curl', /^curl\/|libcurl/],
  ['Wget', /^wget/],
  ['Python', /^python|aiohttp|python-requests|python-httpx|^scrapy/],
  ['Go', /^go-http-client|^go-resty/],
  ['Java', /^java\/|apache-httpclient|^jakarta/],
  ['okhttp', /okhttp/],
  ['Node.js', /^node(?:-fetch|\.js)?(?:$|\/)|^axios|^got \(|^undici/],
  ['Ruby', /^ruby|^faraday/],
  ['PHP', /^php|guzzlehttp|^wordpress\//],
  ['Perl', /libwww-perl|^lwp/],
  ['Postman', /postmanruntime/],
  ['Edge', /\bedg(?:e|a|ios)?\//],
  ['Opera', /\bopr\/|\bopera\b/],
  ['Samsung Internet', /samsungbrowser\//],
  ['Firefox', /firefox\/|fxios\//],
  ['Chrome', /chrome\/|crios\/|chromium\//],
  ['Safari', /version\/[\d.]+ (?:mobile\/\S+ )?safari\/|applewebkit\/.*safari\//],
  ['Internet Explorer', /\bmsie |trident\//],
];

const OTHER = 'other';
/** Letters of an agent that are looked at: browsers' have under 300. */
const AGENT_CHARS = 400;
/** Agents whose answers are kept: most lines of a log share a few. */
const MAX_KEPT = 500;

export interface SaidAgent {
  /** One of the list, or 'other'. */
  readonly family: string;
  readonly isBot: boolean;
  readonly isScanner: boolean;
}

export type ReadAgent = (agent: string) => SaidAgent;

/** What an agent says of itself; nobody has to tell the truth. */
export function createAgentReader(): ReadAgent {
  const kept = new Map<string, SaidAgent>();
  return (agent) => {
    const known = kept.get(agent);
    if (known) return known;
    const said = read(agent.slice(0, AGENT_CHARS).toLowerCase());
    if (kept.size >= MAX_KEPT) kept.clear();
    if (agent.length <= AGENT_CHARS) kept.set(flatCopy(agent), said);
    return said;
  };
}

function read(words: string): SaidAgent {
  const isScanner = isScannerAgent(words);
  const family = FAMILIES.find(([, pattern]) => pattern.test(words))?.[0] ?? OTHER;
  return { family, isScanner, isBot: isScanner || isBotAgent(words) };
}
