/** Arbitrary expressions with lines for them, and lines that are nearly like others. */
import fc from 'fast-check';

const encoder = new TextEncoder();

/** What expressions look for and what breaks texts, also bytes that are no UTF-8. */
const PIECES: readonly (string | readonly number[])[] = [
  ...[
    '"',
    ' ',
    '[',
    ']',
    '-',
    '.',
    ':',
    '=',
    ',',
    '{',
    '<',
    '\\',
    '\0',
    '\r',
    '\r\r',
    '\n',
    '\t',
    'é',
    '漢',
    '😀',
    '\uFEFF',
    '',
  ],
  ...[
    ' HTTP/1.1',
    ' HTTP/',
    ' [',
    '] "',
    '" ',
    '" "',
    ' "-"',
    '="',
    'a=',
    ' rt=',
    ' rt="',
    ' us=',
    ' host=',
    ', ',
    ' : ',
  ],
  ...[
    ', client: ',
    ', upstream: "',
    ', host: "',
    '": ',
    ' (',
    '#',
    ': *7 ',
    '25/Nov/2026:05:22:42 +0000',
    'GET ',
    'x'.repeat(70),
  ],
  ...[
    'Nov 25 08:22:39 host nginx: ',
    '2026-11-25T08:22:39Z stdout F ',
    '<13>',
    'ua=unix:/x',
    ' ua=',
    'upstream_addr=a',
  ],
  ...['constructor=', '__proto__=', `${'n'.repeat(40)}=`, `${'n'.repeat(41)}=`],
  ...[[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf]],
];
const PIECE_BYTES = PIECES.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : Uint8Array.from(piece)));

/** One of the lines, changed in some places. */
export function mutatedLine(lines: readonly string[], maxChanges: number): fc.Arbitrary<Uint8Array> {
  const line = fc.constantFrom(...lines).map((text) => encoder.encode(text));
  return fc
    .tuple(line, line, fc.array(fc.tuple(fc.nat(7), fc.nat(), fc.nat(), fc.nat()), { maxLength: maxChanges }))
    .map(([first, other, changes]) =>
      changes.reduce<Uint8Array>((bytes, [kind, a, b, c]) => change(bytes, { kind, at: [a, b, c], other }), first),
    );
}

interface Change {
  readonly kind: number;
  readonly at: readonly [number, number, number];
  readonly other: Uint8Array;
}

function change(bytes: Uint8Array, { kind, at: [a, b, c], other }: Change): Uint8Array {
  const from = a % (bytes.length + 1);
  const to = Math.min(from + (b % 12), bytes.length);
  const [before, cut, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  const piece = PIECE_BYTES[c % PIECE_BYTES.length] as Uint8Array;
  switch (kind) {
    case 0:
      return joined(before, after);
    case 1:
      return joined(before, cut, cut, after);
    case 2:
      return joined(before, cut.toReversed(), after);
    case 3:
      return joined(before, other.subarray(b % (other.length + 1)));
    case 4:
      return joined(before, new Uint8Array(c % 300).fill(cut[0] ?? 0x61), after);
    case 5:
      return joined(before, piece, after);
    case 6:
      return joined(before, piece, cut, after);
    default:
      return joined(before, cut, piece, after);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Joined by LF or CR LF; the last may lack its end. */
export function bytesOfLines(lines: fc.Arbitrary<readonly Uint8Array[]>): fc.Arbitrary<Uint8Array> {
  const ends = fc.array(fc.constantFrom('\n', '\n', '\n', '\r\n'), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(lines, ends, fc.boolean())
    .map(([all, between, isEnded]) =>
      joined(
        ...all.flatMap((line, index) => [
          line,
          encoder.encode(index < all.length - 1 || isEnded ? between[index % between.length] : ''),
        ]),
      ),
    )
    .filter((bytes) => bytes.length > 0);
}

/** A piece of an expression, and three texts that it matches. */
interface Part {
  readonly source: string;
  readonly texts: readonly string[];
}

/** Few, so that what one piece takes another could have taken too. */
const LETTERS = [...'aab"  -1'];
/** Classes that take every letter beyond ASCII, and those that take none. */
const WIDE: readonly (readonly [string, string])[] = [
  ['[^"]', 'ab 1[é'],
  ['[^ ]', 'ab"1é'],
  ['[^ab]', ' "1-é'],
  ['.', 'ab" 1é'],
  ['\\D', 'ab "'],
  ['[^ "1]', 'ab-'],
];
const NARROW: readonly (readonly [string, string])[] = [
  ['\\d', '1234'],
  ['\\w', 'ab12'],
  ['[ab]', 'ab'],
  ['[a1. -]', 'a1. -'],
  ['[a-c"]', 'abc"'],
  ['[ -~]', 'ab "1'],
];
type Times = readonly [source: string, min: number, max: number];
const WIDE_TIMES: readonly Times[] = [
  ...([
    ['*', 0, 4],
    ['+', 1, 4],
    ['*?', 0, 4],
    ['+?', 1, 4],
  ] as const),
  ...([
    ['*', 0, 4],
    ['+', 1, 4],
    ['*?', 0, 4],
    ['+?', 1, 4],
    ['', 1, 1],
    ['{2}', 2, 2],
  ] as const),
];
const NARROW_TIMES: readonly Times[] = [
  ...WIDE_TIMES,
  ...([
    ['?', 0, 1],
    ['{1,3}', 1, 3],
    ['{2,}', 2, 4],
    ['{0,2}', 0, 2],
    ['', 1, 1],
    ['??', 0, 1],
    ['{1,3}?', 1, 3],
  ] as const),
];
const PART_TIMES: readonly Times[] = [
  ['?', 0, 1],
  ['?', 0, 1],
  ['?', 0, 1],
  ['{2}', 2, 2],
  ['{0,2}', 0, 2],
  ['{1,2}', 1, 2],
  ['{0}', 0, 0],
];

const literal: fc.Arbitrary<Part> = fc
  .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 3 })
  .map((letters) => ({
    source: letters.map((letter) => letter.replace(/[.[]/, '\\$&')).join(''),
    texts: [letters.join(''), letters.join(''), letters.join('')],
  }));

const threeNumbers = fc.tuple(fc.nat(), fc.nat(), fc.nat());

function runOf(classes: readonly (readonly [string, string])[], times: readonly Times[]): fc.Arbitrary<Part> {
  return fc
    .tuple(fc.constantFrom(...classes), fc.constantFrom(...times), threeNumbers)
    .map(([[source, letters], [sign, min, max], numbers]) => ({
      source: source + sign,
      texts: numbers.map((number) => lettersOf([...letters], number, min + (number % (max - min + 1)))),
    }));
}

function lettersOf(letters: readonly string[], number: number, count: number): string {
  return Array.from({ length: count }, (_, at) => letters[(number >> (2 * at + 3)) % letters.length]).join('');
}

const field = (what: fc.Arbitrary<Part>) => fc.tuple(fc.nat(4), what).map(asField);

const rivalWay: fc.Arbitrary<Part> = fc
  .tuple(
    field(runOf(WIDE, WIDE_TIMES.slice(0, 4))),
    literal,
    runOf(NARROW, [
      ['', 1, 1],
      ['+', 1, 4],
    ]),
    field(runOf(WIDE, WIDE_TIMES.slice(0, 4))),
    fc.nat(4),
  )
  .map(([one, two, three, four, length]) => inRow([one, two, three, four].slice(0, Math.max(1, length))));

/** Ways that all may match what another of them takes, or only when an earlier place is tried: where trust matters. */
const rivals = fc.tuple(fc.array(rivalWay, { minLength: 2, maxLength: 3 }), threeNumbers).map(eitherOf);

/** A way that is there and takes nothing: it fits before whatever comes. */
const nothing: fc.Arbitrary<Part> = fc.constant({ source: '', texts: ['', '', ''] });

const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: literal, weight: 4 },
    { arbitrary: rivals, weight: 2 },
    { arbitrary: fc.tuple(fc.constantFrom('=', '!'), fc.oneof(literal, rivalWay)).map(looking), weight: 1 },
    { arbitrary: runOf(WIDE, WIDE_TIMES), weight: 2 },
    { arbitrary: runOf(NARROW, NARROW_TIMES), weight: 2 },
    { arbitrary: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map(inRow), weight: 2 },
    { arbitrary: fc.tuple(fc.nat(4), tie('part')).map(asField), weight: 3 },
    {
      arbitrary: fc.tuple(fc.array(mostly(tie('part')), { minLength: 2, maxLength: 3 }), threeNumbers).map(eitherOf),
      weight: 1,
    },
    { arbitrary: fc.tuple(tie('part'), fc.constantFrom(...PART_TIMES), threeNumbers).map(repeated), weight: 2 },
  ),
}));

function mostly(way: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc.oneof({ arbitrary: way, weight: 6 }, { arbitrary: nothing, weight: 1 });
}

const THREE = [0, 1, 2] as const;

function inRow(parts: readonly Part[]): Part {
  return {
    source: parts.map(({ source }) => source).join(''),
    texts: THREE.map((variant) => parts.map(({ texts }) => texts[variant]).join('')),
  };
}

function looking([sign, { source }]: [string, Part]): Part {
  return { source: `(?${sign}${source.replaceAll(/\(\?<\w+>/g, '(?:')})`, texts: ['', '', ''] };
}

function asField([field, { source, texts }]: [number, Part]): Part {
  return { source: `(?<f${field}>${source})`, texts };
}

function eitherOf([parts, picks]: [readonly Part[], readonly number[]]): Part {
  return {
    source: `(?:${parts.map(({ source }) => source).join('|')})`,
    texts: THREE.map((variant) => parts[(picks[variant] ?? 0) % parts.length]?.texts[variant] ?? ''),
  };
}

function repeated([{ source, texts }, [sign, min, max], picks]: [Part, Times, readonly number[]]): Part {
  return {
    source: `(?:${source})${sign}`,
    texts: THREE.map((variant) => (texts[variant] ?? '').repeat(min + ((picks[variant] ?? 0) % (max - min + 1)))),
  };
}

/** An expression, and bytes of lines that match it or nearly do. */
export const expressionWithLines = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map(inRow)
  .chain(({ source, texts }) => {
    const line = fc.oneof(mutatedLine(texts, 2), mutatedLine([...texts, texts.join(''), `${texts[0]} `], 3));
    const bytes = bytesOfLines(fc.array(line, { minLength: 1, maxLength: 30 }));
    return bytes.map((all) => ({ expression: source, bytes: all }));
  });
