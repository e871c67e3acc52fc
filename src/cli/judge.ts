/** `linesman judge FILE.csv`: what the level detector, as it is shipped, says of any series of numbers. */
import { Command, InvalidArgumentError } from 'commander';

export interface JudgeOptions {
  readonly time?: string;
  readonly value?: string;
  readonly timezone: string;
  readonly falseAlarms?: number;
  readonly labels?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('judge')
    .description(
      'Judge a series of numbers, a CSV file of times and values, as linesman judges latencies and gauges: a line an alarm, and what it comes to.',
    )
    .argument('<file>', "CSV file, .gz too; '-' is standard input")
    .option(
      '--time <column>',
      "column of the times, by name or position from 1 (default: one named 'time' or the like, else the first)",
    )
    .option('--value <column>', "column of the values (default: one named 'value' or the like, else the second)")
    .option('--timezone <zone>', 'of times without a zone, and of the days by which it learns', timezone, 'UTC')
    .option(
      '--false-alarms <count>',
      'false alarms a month that you accept (default: 1, this one series having it to itself)',
      count,
    )
    .option(
      '--labels <file>',
      'what was wrong: JSON with windows, or CSV of times and labels; tells how many were found',
    )
    .option('--plot <file>', 'write a picture of the series there, SVG')
    .option('--json', 'print one JSON object a value: {time, value, expected, score, alarm}')
    .action(async (file: string, options: JudgeOptions) => {
      const { judgeFile } = await import('./judge-run.ts');
      await judgeFile(file, options);
    });
}

function timezone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('It is no time zone; write an IANA name such as Europe/Berlin.');
  }
}

function count(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0.001 && number <= 1_000))
    throw new InvalidArgumentError('Write a number from 0.001 to 1000, as 0.5.');
  return number;
}
