/** What keeps lines of a stream from coming, each in one sentence with its remedy. */

export function fifoMissing(path: string): string {
  return `There is no fifo '${path}' yet; it is looked for every second: make it with mkfifo, and in a container mount its folder.`;
}

export function notAFifo(path: string): string {
  return `'${path}' is no fifo: make one with mkfifo, or name it under files if it is a log file.`;
}

export function fifoFailing(path: string, error: NodeJS.ErrnoException): string {
  const remedies: Readonly<Record<string, string>> = {
    EACCES: "give linesman's user the right to read it and to enter every folder above it",
    EMFILE: 'no more files can be opened: raise the limit (ulimit -n)',
  };
  const code = error.code ?? 'unknown error';
  return `The fifo '${path}' cannot be read (${code}): ${remedies[code] ?? `${error.message}; it is tried again`}.`;
}

export function stdinFailing(error: Error): string {
  return `Standard input cannot be read (${error.message}), so nothing more comes from it: start linesman again with one that can.`;
}

/** An address on which it cannot be listened. It is tried again. */
export function cannotListen(address: string, error: NodeJS.ErrnoException): string {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there: stop it (ss -lntup names it), or choose another port',
    EACCES:
      'it is not permitted: choose a port above 1023, give linesman CAP_NET_BIND_SERVICE, or let SELinux allow the port (semanage port)',
    EPERM: 'it is not permitted: choose another port, or look at what SELinux or AppArmor forbid',
    EADDRNOTAVAIL: 'this machine has no such address: write 127.0.0.1, or 0.0.0.0 for all of them',
    ENOENT: "its folder is not there or may not be written to: make it, writable for linesman's user",
  };
  // For the path of a socket the system says EACCES where a folder is not there, too.
  const isPath = address.startsWith('unix:') && (error.code === 'EACCES' || error.code === 'ENOENT');
  const code = isPath ? 'ENOENT' : (error.code ?? 'unknown error');
  return `Nothing can be received at ${address} (${error.code}): ${remedies[code] ?? error.message}; it is tried again every second.`;
}

export function tooManyConnections(address: string, limit: number): string {
  return `More than ${limit} programs are connected to ${address} and the others are turned away: let them share a relay, or use UDP.`;
}

export function noJournalctl(): string {
  return 'The journal cannot be read, since there is no program journalctl: install systemd, or read files or syslog instead; it is tried again.';
}

export function journalNotPermitted(): string {
  return "The journal may not be read: add linesman's user to the group systemd-journal and start linesman again.";
}

export function journalEmpty(): string {
  return 'The journal is empty: see that systemd-journald runs, and in a container that /var/log/journal and /etc/machine-id are mounted.';
}

export function journalFailing(why: string): string {
  return `journalctl ended (${why}) and is started again: see what it says when you start it yourself.`;
}
