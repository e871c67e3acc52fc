/** Reads XML as strictly as XML 1.0 asks for, as far as test results use it: elements, attributes, text, references. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** https://www.w3.org/TR/xml/#charsets */
const CHAR = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const TOKEN = /<\/([A-Za-z]+)\s*>|<([A-Za-z]+)((?:\s+[A-Za-z]+="[^<"]*")*)\s*(\/?)>|([^<]+)/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Throws where it is not well-formed. */
export function readXml(xml: string): XmlElement {
  if (!CHAR.test(xml)) throw new Error('a character that XML cannot hold');
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(xml)?.[0] ?? '';
  const open: { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ];
  TOKEN.lastIndex = head.length;
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex;
    const [whole, end, start, attributes = '', isEmpty, text] = TOKEN.exec(xml) ?? [];
    if (whole === undefined) throw new Error(`no XML at ${JSON.stringify(xml.slice(at, at + 80))}`);
    const top = open.at(-1);
    if (!top) throw new Error('an end too many');
    if (text !== undefined) top.text += unescaped(text.replace(/\r\n?/g, '\n'));
    else if (start !== undefined) {
      const element = { name: start, attributes: readAttributes(attributes), children: [], text: '' };
      top.children.push(element);
      if (!isEmpty) open.push(element);
    } else if (open.pop()?.name !== end) throw new Error(`</${end}> ends another element`);
  }
  const [root] = open;
  const [only, ...more] = root?.children ?? [];
  if (open.length !== 1 || !only || more.length > 0 || root?.text.trim() !== '') throw new Error('not one element');
  return only;
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([A-Za-z]+)="([^<"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    // As a parser does: what is no reference and white is a space.
    unescaped(value.replace(/[\t\n\r]/g, ' ')),
  ]);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute that is there twice');
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|([a-z]+));|&/g, (whole, number: string | undefined, name: string | undefined) => {
    const letter = number === undefined ? NAMED[name ?? ''] : String.fromCodePoint(Number(number));
    if (letter === undefined || !CHAR.test(letter)) throw new Error(`no reference: ${whole}`);
    return letter;
  });
}
