/** How long property tests of real files run, and with which seed: settings of the environment, so that a failure can be repeated. */

/** LINESMAN_TEST_RUNS, or so many. `npm run test:long` sets it. */
export function runsOf(usual: number): number {
  return numberOf('LINESMAN_TEST_RUNS') ?? usual;
}

/** LINESMAN_TEST_SEED, or another one each time; print it. */
export function seedOf(): number {
  return numberOf('LINESMAN_TEST_SEED') ?? Date.now() % 2_147_483_647;
}

function numberOf(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`${name} is '${text}': give a whole number`);
  return number;
}
