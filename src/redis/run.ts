/** Runs a helper program of the operating system to its end. */
import { execFile } from 'node:child_process';

const END_WITHIN_MS = 120_000;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

/** Its standard output; rejects with what it wrote to standard error. */
export function run(program: string, args: readonly string[], folder: string): Promise<string> {
  const options = {
    cwd: folder,
    timeout: END_WITHIN_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program}: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}
