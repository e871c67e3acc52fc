/** The audit against a server that plays the stub_status of Nginx. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Auditor, startAuditor } from '../../../src/app/reading/audit.ts';
import { until } from '../../support/until.ts';

test('requests whose lines are all there agree', async (t) => {
  const { auditor, site } = await audited(t);

  await answered(site, 3);

  await until('it agrees', () => auditor.report().verdict === 'agrees');
  assert.equal(auditor.report().gap, 0);
  assert.equal(auditor.takeNews(), undefined);
});

test('lines that are missing again and again are told once, with the numbers', async (t) => {
  const { auditor, site } = await audited(t);
  site.onAsked = () => {
    site.requests += 100;
    site.lines += 90;
  };

  let told: ReturnType<Auditor['takeNews']>;
  await until('it is told', () => {
    told ??= auditor.takeNews();
    return told !== undefined;
  });

  assert.ok((told?.lines ?? 0) >= 10, JSON.stringify(told));
  assert.match(
    told?.sentence ?? '',
    /^Nginx counted [\d,]+ requests since \S+Z, linesman [\d,]+ lines; 0 are under way, so at least \d+ lines are missing\.$/,
  );
  assert.equal(auditor.report().verdict, 'growing');
});

test('other logs in the source are said once, with what to do', async (t) => {
  const { auditor, site, changes } = await audited(t);
  site.onAsked = () => {
    site.requests += 10;
    site.lines += 1_000;
  };

  await until('it gives up', () => auditor.report().verdict === 'other_logs');
  await answered(site, 3);

  assert.equal(changes.filter(([verdict]) => verdict === 'other_logs').length, 1);
  assert.match(auditor.report().problem ?? '', /other logs are in this source .*; make a source of each Nginx\.$/);
});

test('while reading is behind nothing is said', async (t) => {
  const { auditor, site } = await audited(t);
  site.isReadUpTo = 0;
  site.onAsked = () => {
    site.requests += 100;
  };

  await answered(site, 3);

  assert.equal(auditor.report().verdict, 'beginning');
});

const GAPS = (site: Site) => () => {
  site.requests += 100;
  site.lines += 90;
};

test('a backlog from before the start hides no gap, though it was written up to that very moment', async (t) => {
  const began = Date.now();
  const { auditor, site } = await audited(t, { isReadUpTo: began, now: () => began });
  site.lines += 16_740;
  site.isReadUpTo = Number.POSITIVE_INFINITY;
  site.onAsked = GAPS(site);

  await until('the gap is told', () => auditor.report().verdict === 'growing');
});

test('a backlog that is being read when Nginx is asked hides no gap', async (t) => {
  const { auditor, site } = await audited(t, { isReadUpTo: 0 });
  site.onAsked = () => {
    site.lines += 16_740;
    site.isReadUpTo = Number.POSITIVE_INFINITY;
    site.onAsked = GAPS(site);
  };

  await until('the gap is told', () => auditor.report().verdict === 'growing');
});

test('more lines than requests are not said to agree', async (t) => {
  const { auditor, site, changes } = await audited(t);
  await until('it agrees', () => auditor.report().verdict === 'agrees');

  site.lines += 1_000;

  await until('it cannot say', () => changes.some(([verdict]) => verdict === 'unclear'));
  assert.match(
    changes.find(([verdict]) => verdict === 'unclear')?.[1] ?? '',
    /linesman 1,\d{3} lines: so many more that it cannot say whether any is missing\.$/,
  );
});

const ANSWERS: Readonly<Record<string, { answer: (response: ServerResponse) => void; says: RegExp }>> = {
  'a location that does not exist': {
    answer: (response) => response.writeHead(404).end('<html>'),
    says: /answers with status 404 and is no stub_status: give that location `stub_status;`/,
  },
  'a page that is none': {
    answer: (response) => response.end('<html>welcome</html>'),
    says: /answers with status 200 and is no stub_status/,
  },
  'a redirect, which is not followed': {
    answer: (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    says: /answers with status 302 and is no stub_status/,
  },
  'an answer without end': {
    answer: (response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', more);
      more();
    },
    says: /is no stub_status/,
  },
  'a server that hangs up': {
    answer: (response) => response.destroy(),
    says: /does not answer .*: check that Nginx runs and has that location\.$/,
  },
};

for (const [name, { answer, says }] of Object.entries(ANSWERS)) {
  test(`${name} is said, and asked again`, async (t) => {
    const { auditor, site, changes } = await audited(t);
    site.answer = answer;

    await until('it is said', () => auditor.report().verdict === 'unanswered');
    assert.match(auditor.report().problem ?? '', says);
    site.answer = undefined;
    await until('it agrees', () => auditor.report().verdict === 'agrees');

    assert.equal(auditor.report().problem, undefined);
    assert.equal(changes.filter(([verdict]) => verdict === 'unanswered').length, 1);
  });
}

interface Site {
  requests: number;
  lines: number;
  asked: number;
  isReadUpTo: number;
  /** As traffic between the questions would. */
  onAsked: () => void;
  answer: ((response: ServerResponse) => void) | undefined;
}

/** Time goes by so fast that seven seconds are a few milliseconds. */
async function audited(t: TestContext, at: { readonly isReadUpTo?: number; readonly now?: () => number } = {}) {
  const site: Site = {
    ...{ requests: 1_000, lines: 500, asked: 0, isReadUpTo: at.isReadUpTo ?? Number.POSITIVE_INFINITY },
    onAsked() {},
    answer: undefined,
  };
  const server = createServer((request, response) => {
    assert.equal(request.url, '/nginx_status');
    site.asked += 1;
    site.requests += 1;
    if (site.answer) site.answer(response);
    else response.end(status(site.requests));
    site.onAsked();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const changes: (readonly [string, string])[] = [];
  const auditor = startAuditor({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/nginx_status`,
    ...{ everyMs: 5, settleMs: 1, now: at.now ?? Date.now },
    lines: () => site.lines,
    caughtUpAt: () => site.isReadUpTo,
    onChange: (verdict, sentence) => void changes.push([verdict, sentence]),
  });
  t.after(async () => {
    await auditor.stop();
    server.closeAllConnections();
    server.close();
  });
  return { auditor, site, changes };
}

async function answered(site: Site, times: number): Promise<void> {
  const from = site.asked;
  await until(`${times} more questions`, () => site.asked >= from + times);
}

function status(requests: number): string {
  return `Active connections: 1 \nserver accepts handled requests\n ${requests} ${requests} ${requests} \nReading: 0 Writing: 1 Waiting: 0 \n`;
}
