/** What rows start, so that it ends with them, and with a bench that is stopped. */

type End = () => Promise<void> | void;

export interface Owning {
  /** Does the work and ends what it was done with, however it went. */
  during<Result>(end: End, work: () => Promise<Result>): Promise<Result>;
  /** Ends what is open now. */
  endAll(): Promise<void>;
}

export function createOwning(): Owning {
  const open = new Set<End>();
  return {
    async during(end, work) {
      open.add(end);
      try {
        return await work();
      } finally {
        open.delete(end);
        await end();
      }
    },
    async endAll() {
      await Promise.allSettled([...open].map(async (end) => await end()));
    },
  };
}
