/** requirements.txt and Pipfile.lock. pip.pypa.io, requirements file format; github.com/pypa/pipfile. */
import { pythonName } from './python-names.ts';
import { asObject, asText, jsonObject, type Wanted } from './wanted.ts';

const REQUIREMENT = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/;

/** Versions are held to only where they are pinned by ==; what has a condition (a marker) may be missing. */
export function requirementsWanted(text: string): readonly Wanted[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  return lines.flatMap((line) => {
    const given = line
      .replace(/(?:^|\s)#.*$/, '')
      .replace(/\s--\w.*$/, '')
      .trim();
    // Options, other files (-r) and folders (-e) are no names.
    const [, name, rest = ''] = given.startsWith('-') ? [] : (REQUIREMENT.exec(given) ?? []);
    if (name === undefined || /^[/\\:]/.test(rest)) return [];
    const [condition, marker] = rest.startsWith('@') ? [''] : rest.split(';', 2);
    const version = /^===?\s*([^\s,*]+)$/.exec(condition?.trim() ?? '')?.[1];
    return [
      { name: pythonName(name), versions: version === undefined ? [] : [version], isOptional: marker !== undefined },
    ];
  });
}

export function pipfileWanted(text: string, isWithDev: boolean): readonly Wanted[] {
  const lock = jsonObject(text);
  const sections = isWithDev ? [lock.default, lock.develop] : [lock.default];
  return sections.flatMap((section) =>
    Object.entries(asObject(section) ?? {}).map(([name, value]) => {
      const one = asObject(value);
      const version = /^===?\s*(\S+)$/.exec(asText(one?.version) ?? '')?.[1];
      const isOptional = one?.markers !== undefined;
      return { name: pythonName(name), versions: version === undefined ? [] : [version], isOptional };
    }),
  );
}
