/** Does one of several patterns of JSON lines take a line? Asked of all of them in one walk through it. */
import { createJsonFiller, type JsonSpec } from './json-fields.ts';

/** True where all that one of them requires is there. */
export function createJsonClaims(specs: readonly JsonSpec[]): (line: string) => boolean {
  const required = specs.map(({ fields, require }, index) =>
    require.map((field) => ({ key: `${index} ${field}`, names: fields[field] ?? [] })),
  );
  const all = required.flat();
  const slots = new Map(all.map(({ key }, slot) => [key, slot]));
  const fill = createJsonFiller(
    { fields: Object.fromEntries(all.map(({ key, names }) => [key, names])), require: [] },
    slots,
  );
  const claims = required.map((fields) => fields.map(({ key }) => slots.get(key) as number));
  const raw: (string | undefined)[] = all.map(() => undefined);
  return (line) => fill(line, raw) && claims.some((claim) => claim.every((slot) => raw[slot] !== undefined));
}
