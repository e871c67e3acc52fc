/** Who asks an imagined site for what: its paths, its visitors, where they come from and by which programs. */
import { pick, type Random } from '../../chaos/random.ts';
import { whole } from './draw.ts';

const PATHS = 4_000;
const ADDRESSES = 20_000;
const REFERERS = 400;

/** Most asked first. */
const FIRST_PATHS = ['/', '/health', '/favicon.ico', '/api/session', '/login', '/robots.txt', '/api/users/me', '/cart'];

/** A kind of page each, and how its addresses vary. */
const KINDS: readonly ((random: Random) => string)[] = [
  (random) => `/api/orders/${whole(random, 1_000_000)}`,
  (random) => `/api/users/${whole(random, 1_000_000)}?fields=id,name&expand=orders`,
  (random) => `/api/products/${whole(random, 100_000)}/reviews`,
  (random) => `/search?q=${pick(random, WORDS)}%20${pick(random, WORDS)}&page=${whole(random, 20)}&sort=price`,
  (random) => `/static/app.${hex(random)}.js`,
  (random) => `/static/theme.${hex(random)}.css`,
  (random) => `/images/products/${whole(random, 100_000)}/${200 + whole(random, 8) * 100}.webp`,
  (random) =>
    `/blog/20${15 + whole(random, 10)}/${1 + whole(random, 12)}/${pick(random, WORDS)}-and-${pick(random, WORDS)}/`,
  (random) => `/checkout/${uuidLike(random)}/payment`,
  (random) => `/feed?since=${1_700_000_000 + whole(random, 90_000_000)}`,
  (random) => `/account/settings/${pick(random, WORDS)}`,
];
const WORDS = ['blue', 'winter', 'shoes', 'jacket', 'garden', 'lamp', 'caf%C3%A9', 'small', 'steel', 'tent', 'book'];

/** The weight of each comes before it. */
const AGENTS: readonly (readonly [number, string])[] = [
  [
    220,
    `${'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'} (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36`,
  ],
  [
    130,
    `${'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`,
  ],
  [
    190,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  ],
  [
    150,
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  ],
  [80, 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'],
  [60, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [30, 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
  [40, 'curl/8.5.0'],
  [25, 'python-requests/2.32.3'],
  [25, 'kube-probe/1.33'],
  [25, 'okhttp/4.12.0'],
  [25, '-'],
];

export interface Site {
  /** Most asked first. */
  readonly paths: readonly string[];
  readonly addresses: readonly string[];
  readonly referers: readonly string[];
  readonly agents: readonly string[];
  /** In the order of the agents. */
  readonly agentWeights: readonly number[];
}

export function createSite(random: Random): Site {
  const paths = Array.from({ length: PATHS }, (_, at) => FIRST_PATHS[at] ?? pick(random, KINDS)(random));
  return {
    paths,
    addresses: Array.from({ length: ADDRESSES }, () => address(random)),
    referers: Array.from({ length: REFERERS }, () => referer(paths, random)),
    agents: AGENTS.map(([, agent]) => agent),
    agentWeights: AGENTS.map(([weight]) => weight),
  };
}

/** One of 25 comes by IPv6. */
function address(random: Random): string {
  if (whole(random, 25) > 0)
    return [1 + whole(random, 222), ...[256, 256, 254].map((to) => whole(random, to))].join('.');
  return `2001:db8:${[0, 0].map(() => whole(random, 65_536).toString(16)).join(':')}::${whole(random, 65_536).toString(16)}`;
}

function referer(paths: readonly string[], random: Random): string {
  const drawn = random();
  if (drawn < 0.3) return '-';
  return drawn < 0.5 ? 'https://www.google.com/' : `https://www.example.com${pick(random, paths.slice(0, REFERERS))}`;
}

function hex(random: Random): string {
  return whole(random, 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

function uuidLike(random: Random): string {
  return [hex(random), hex(random).slice(4), hex(random).slice(4), hex(random) + hex(random).slice(4)].join('-');
}
