/** What an answer of Redis means for whoever has to mend it. */

const SCRIPT_PLACE = /\.? script: [0-9a-f]+, on @user_script:\d+/;
const REMEDIES: readonly (readonly [answer: RegExp, remedy: string])[] = [
  [/^OOM\b/, 'It is full: raise its maxmemory, or free memory there'],
  [/^READONLY\b/, 'It is a replica: name the primary in REDIS_URL, or run redis-cli REPLICAOF NO ONE'],
  [/^MISCONF\b/, 'It cannot write its disk: free space there, its log says more'],
  [/^(MOVED|ASK|CLUSTERDOWN)\b/, 'It is a node of a cluster: name a Redis in REDIS_URL that is none'],
  [
    /^(NOAUTH|WRONGPASS|NOPERM)\b/,
    'Its users were changed: mend user and password in REDIS_URL, or what the user may do',
  ],
  [/^LOADING\b/, 'It reads its data after a start: that ends by itself'],
];

/** The answer without the place in our script, and what to do where that is known. */
export function explained(answer: string): string {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(answer))?.[1];
  const said = answer.replace(SCRIPT_PLACE, '').replace(/\.*$/, '');
  return remedy === undefined ? said : `${said}. ${remedy}`;
}
