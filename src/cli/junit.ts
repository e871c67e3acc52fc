/** Test results as JUnit XML, the form that CI services read. */

export interface JunitCase {
  readonly name: string;
  /** What it is a test of: a file or folder. */
  readonly of: string;
  readonly seconds?: number | undefined;
  /** What is wrong; undefined where all is well. */
  readonly failure?: string | undefined;
}

/** One suite, as GitHub, GitLab and Jenkins read it. Names and failures may hold an attacker's text. */
export function junitXml(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const seconds = cases.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${attribute(suite)}" ${counts}>`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseLines({ name, of, seconds = 0, failure }: JunitCase): readonly string[] {
  const start = `    <testcase name="${attribute(name)}" classname="${attribute(of)}" time="${seconds.toFixed(3)}"`;
  if (failure === undefined) return [`${start}/>`];
  const [first = ''] = failure.split('\n');
  return [`${start}>`, `      <failure message="${attribute(first)}">${content(failure)}</failure>`, '    </testcase>'];
}

/** Characters of a name or failure that are written. */
const TEXT_CHARS = 20_000;
/** XML 1.0, 2.2: nothing else may stand in a document, not even as a reference. Halves of surrogates are among them. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser makes spaces of these in attributes, and a line end of a lone CR.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function attribute(text: string): string {
  return possible(text).replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

function content(text: string): string {
  return possible(text).replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}

/** What XML cannot hold stands as \uXXXX. */
function possible(text: string): string {
  return text
    .slice(0, TEXT_CHARS)
    .replace(
      FORBIDDEN,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    );
}
