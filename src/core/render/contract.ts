/** The start-up contract as a person reads it: 80 columns, everything from outside made harmless. */
import {
  type CannotWatch,
  type Contract,
  type ContractSource,
  type FileFormat,
  FULL_LOG_FORMAT,
} from '../reading/contract.ts';
import { visible } from './sanitise.ts';
import { timestamp } from './when.ts';

export const CONTRACT_COLUMNS = 80;
const TEXT_CHARS = 1_000;
const INDENT = '    ';
const PIECE_CHARS = 1_800;

export function contractText(contract: Contract): string {
  return `${contractBlocks(contract).join('\n\n')}\n`;
}

/** For the log, which cuts long texts: pieces of whole lines. */
export function contractPieces(contract: Contract): readonly string[] {
  return contractBlocks(contract).flatMap((block) => {
    const pieces: string[] = [];
    let piece = '';
    for (const line of block.split('\n')) {
      if (piece !== '' && piece.length + line.length > PIECE_CHARS) {
        pieces.push(piece);
        piece = '';
      }
      piece += piece === '' ? line : `\n${line}`;
    }
    return [...pieces, piece];
  });
}

function contractBlocks(contract: Contract): readonly string[] {
  const { host, version, at, timezone, receivers, sources, machine, notes } = contract;
  const told =
    receivers.length === 0
      ? 'Nobody is told by mail: faults go to this log.'
      : `Faults are mailed to ${receivers.join(', ')}.`;
  const lacks = sources.some(({ unseen }) => unseen.length > 0);
  const parts = [
    wrapped(`linesman ${version} watches ${host}, as of ${timestamp(at, timezone)}. ${told}`),
    ...sources.map(sourceLines),
    machineLines(machine),
    ...(notes.length > 0 ? [['NOT SEEN', ...notes.flatMap((note) => wrapped(note, '  - ', INDENT))]] : []),
    ...(lacks ? [['TO SEE ALL OF IT, in nginx.conf:', ...FULL_LOG_FORMAT.map((line) => `  ${line}`)]] : []),
  ];
  return parts.map((lines) => lines.join('\n'));
}

const CHECK = 'check.';
const OWN = 'linesman.';

/** Of the machine's own there are dozens, which WATCHES.md lists. */
function machineLines(watches: readonly string[]): readonly string[] {
  const checks = watches.filter((name) => name.startsWith(CHECK)).map((name) => name.slice(CHECK.length));
  const figures = watches.filter((name) => !name.startsWith(CHECK) && !name.startsWith(OWN));
  const isAlone = (name: string) => figures.filter((one) => areaOf(one) === areaOf(name)).length === 1;
  const kinds = [...new Set(figures.map((name) => (isAlone(name) ? name : areaOf(name))))];
  return [
    ...labelled('MACHINE ', kinds.join(', ')),
    ...(checks.length > 0 ? labelled('CHECKS  ', checks.join(', ')) : []),
    ...labelled('ITSELF  ', watches.filter((name) => name.startsWith(OWN)).join(', ')),
  ];
}

/** 'host.disk.*' of host.disk.full. */
function areaOf(watch: string): string {
  const words = watch.split('.');
  return words.length < 3 ? watch : `${words.slice(0, 2).join('.')}.*`;
}

function sourceLines(source: ContractSource): readonly string[] {
  const { name, reads, files, filesMore, problems, armed, cannot, unseen } = source;
  return [
    ...wrapped(`SOURCE ${name}: ${reads.join(', ')}`, '', INDENT),
    ...files.flatMap((file) => wrapped(formatText(file), '  file     ', ' '.repeat(11))),
    ...(filesMore > 0 ? [`  and ${filesMore} more files`] : []),
    ...problems.flatMap((problem) => labelled('  PROBLEM ', problem)),
    ...watchLines(armed, cannot),
    ...(unseen.length > 0 ? labelled('  unseen  ', unseen.join('; ')) : []),
  ];
}

function formatText({ name, lines, matched, pattern }: FileFormat): string {
  if (lines === 0) return `${name}: no line in it yet`;
  if (lines === 1)
    return matched === 1
      ? `${name}: ${pattern}, its only line so far`
      : `${name}: NOT RECOGNISED, no pattern takes its only line so far`;
  if (matched === 0) return `${name}: NOT RECOGNISED, no pattern takes any of its last ${lines} lines`;
  const share = matched === lines ? `all of its last ${lines} lines` : `${matched} of its last ${lines} lines`;
  return `${name}: ${pattern}, ${share}`;
}

function watchLines(armed: readonly string[], cannot: readonly CannotWatch[]): readonly string[] {
  const [first] = cannot;
  if (armed.length > 0 || !first) return [...labelled('  watches ', armed.join(', ')), ...cannotLines(cannot, armed)];
  const isOne = cannot.every(({ why }) => why === first.why);
  return isOne ? labelled('  watches ', `nothing yet: ${first.why}`) : cannotLines(cannot, armed);
}

/** Several watches mostly cannot be for one reason; those of other kinds of logs, which most sources do not have, by kind. */
function cannotLines(cannot: readonly CannotWatch[], armed: readonly string[]): readonly string[] {
  const own = cannot.filter(({ isOtherKind }) => !isOtherKind);
  const reasons = [...new Set(own.map(({ why }) => why))];
  const named = [...armed, ...own.map(({ watch }) => watch)];
  const kinds = cannot.filter(({ isOtherKind }) => isOtherKind).map(({ watch }) => kindOf(watch, named));
  return [
    ...reasons.flatMap((why) => {
      const names = own.filter((one) => one.why === why).map(({ watch }) => watch);
      return labelled('  cannot  ', `${names.join(', ')}: ${why}`);
    }),
    ...(kinds.length > 0
      ? labelled('  asleep  ', `${[...new Set(kinds)].join(', ')}: no line of such logs has come yet`)
      : []),
  ];
}

/** By its own name where others so called are not asleep: else 'log.*' were said to sleep beside 'log.errors.new'. */
function kindOf(watch: string, named: readonly string[]): string {
  const kind = watch.slice(0, watch.lastIndexOf('.') + 1);
  return named.some((one) => one.startsWith(kind)) ? watch : `${kind}*`;
}

function labelled(label: string, text: string): readonly string[] {
  return wrapped(text, `${label} `, ' '.repeat(Math.max(INDENT.length, label.length + 1)));
}

/** Breaks at spaces only, so that paths and commands in backquotes can be copied whole. */
function wrapped(text: string, first = '', next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  for (const word of visible(text, TEXT_CHARS).match(/`[^`]*`[^\s`]*|\S+/g) ?? []) {
    if (!isFresh && line.length + 1 + word.length > CONTRACT_COLUMNS) {
      lines.push(line);
      line = next;
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, line];
}
