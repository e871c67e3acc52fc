/** The plain JavaScript of the package recheck, which it describes only at its entry. */
declare module 'recheck/lib/browser.js' {
  import type { checkSync } from 'recheck';

  const recheck: { readonly checkSync: typeof checkSync };
  export = recheck;
}
