import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../../src/telemetry/metrics.ts';

test('lines are counted by source, pattern and status, as committed', async () => {
  const metrics = createMetrics({ version: '1.2.3' });

  metrics.setLineTotals('shop', [
    { pattern: 'nginx-combined', status: '200', count: 10 },
    { pattern: 'nginx-combined', status: '502', count: 3 },
    { pattern: 'unmatched', status: '', count: 1 },
  ]);
  metrics.setLineTotals('blog', [{ pattern: 'nginx-combined', status: '200', count: 5 }]);
  const text = await metrics.text();

  assert.deepEqual(samples(text, 'linesman_lines_total'), [
    'linesman_lines_total{source="shop",pattern="nginx-combined",status="200"} 10',
    'linesman_lines_total{source="shop",pattern="nginx-combined",status="502"} 3',
    'linesman_lines_total{source="shop",pattern="unmatched",status=""} 1',
    'linesman_lines_total{source="blog",pattern="nginx-combined",status="200"} 5',
  ]);
  assert.match(text, /^# TYPE linesman_lines_total counter$/m);
  assert.match(text, /^linesman_info\{version="1\.2\.3"\} 1$/m);
});

test('a total that is set again replaces the old one instead of adding to it', async () => {
  const metrics = createMetrics({ version: '1' });

  for (const count of [10, 25]) metrics.setLineTotals('shop', [{ pattern: 'nginx-combined', status: '200', count }]);
  await metrics.text();
  const text = await metrics.text();

  assert.deepEqual(samples(text, 'linesman_lines_total'), [
    'linesman_lines_total{source="shop",pattern="nginx-combined",status="200"} 25',
  ]);
});

test('what was skipped is there under its reason', async () => {
  const metrics = createMetrics({ version: '1' });

  metrics.setSkipped('shop', { late: 4, line_too_long: 1 });

  assert.deepEqual(samples(await metrics.text(), 'linesman_skipped_total'), [
    'linesman_skipped_total{source="shop",reason="late"} 4',
    'linesman_skipped_total{source="shop",reason="line_too_long"} 1',
  ]);
});

test('open faults are counted by severity and state, and are gone when they are over', async () => {
  const metrics = createMetrics({ version: '1' });

  metrics.setOpenFaults([
    { severity: 'critical', state: 'firing' },
    { severity: 'critical', state: 'firing' },
    { severity: 'warning', state: 'pending' },
  ]);
  const during = samples(await metrics.text(), 'linesman_faults_open');
  metrics.setOpenFaults([]);
  const after = samples(await metrics.text(), 'linesman_faults_open');

  assert.deepEqual(during, [
    'linesman_faults_open{severity="critical",state="firing"} 2',
    'linesman_faults_open{severity="warning",state="pending"} 1',
  ]);
  assert.deepEqual(after, []);
});

test('times are in seconds, however they came in', async () => {
  const metrics = createMetrics({ version: '1' });

  metrics.setWatermark('shop', 1_764_050_400_500);
  metrics.observeRound('shop', 250);
  metrics.observeTick('timer', 40);
  const text = await metrics.text();

  assert.match(text, /^linesman_source_watermark_seconds\{source="shop"\} 1764050400\.5$/m);
  assert.match(text, /^linesman_round_seconds_sum\{source="shop"\} 0\.25$/m);
  assert.match(text, /^linesman_tick_seconds_bucket\{le="0\.1",by="timer"\} 1$/m);
});

test('transitions, deliveries, the outbox, what is learnt and dropped log lines are there', async () => {
  const metrics = createMetrics({ version: '1' });

  metrics.countTransition('firing');
  metrics.countDelivery('retry');
  metrics.countDelivery('retry');
  metrics.setOutbox(3);
  metrics.setLearnt({ bytes: 23_600, forgotten: { labels: 4, bytes: 2 } });
  metrics.setDroppedLogs(22);
  const text = await metrics.text();

  for (const sample of [
    'linesman_fault_transitions_total{to="firing"} 1',
    'linesman_deliveries_total{result="retry"} 2',
    'linesman_outbox_notifications 3',
    'linesman_baseline_bytes 23600',
    'linesman_baselines_forgotten_total{reason="labels"} 4',
    'linesman_baselines_forgotten_total{reason="bytes"} 2',
    'linesman_log_dropped_total 22',
  ])
    assert.ok(text.split('\n').includes(sample), sample);
});

test('the figures of the process itself are there', async () => {
  const text = await createMetrics({ version: '1' }).text();

  assert.match(text, /^process_resident_memory_bytes \d+$/m);
});

test('how late the event loop is, is measured when asked and not a hundred times a second', async () => {
  const text = await createMetrics({ version: '1' }).text();

  assert.match(text, /^nodejs_eventloop_lag_seconds /m);
  assert.doesNotMatch(text, /nodejs_eventloop_lag_(min|max|mean|stddev|p\d+)_seconds/);
});

test('two sets of metrics do not share numbers', async () => {
  const one = createMetrics({ version: '1' });
  const other = createMetrics({ version: '1' });

  one.countTransition('firing');

  assert.deepEqual(samples(await other.text(), 'linesman_fault_transitions_total'), []);
});

function samples(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`${name}{`));
}
