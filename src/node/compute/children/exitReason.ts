/* Explains why a thread or process ended, and what to do about it. */

export const TOO_MANY_FILES = 'too many files are open; allow more (ulimit -n)';

const OUT_OF_MEMORY = 'memory ran out; use fewer workers, or a smaller experiment';

/** Explanations by error code. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  EMFILE: `${TOO_MANY_FILES}, or use fewer workers`,
  ENFILE: 'too many files are open on this machine; close other programs, or use fewer workers',
  EAGAIN: 'no more processes or threads are allowed; allow more (ulimit -u), or use fewer workers',
  ENOMEM: OUT_OF_MEMORY,
  ERR_WORKER_OUT_OF_MEMORY: OUT_OF_MEMORY,
};

/**
 * Why a process ended.
 * @param said the end of its stderr, whose last line is most informative
 */
export function exitReason(
  code: number | null,
  signal: NodeJS.Signals | null,
  said: string,
): string {
  if (said.includes('heap out of memory')) return OUT_OF_MEMORY;
  // Linux sends SIGKILL when memory runs out.
  if (signal === 'SIGKILL') return 'killed by SIGKILL, perhaps because memory ran out';
  if (signal) return `killed by ${signal}`;
  // After a clean exit, stderr explains nothing.
  const last = code === 0 ? '' : (said.trim().split('\n').at(-1) ?? '');
  return last === '' ? `exit code ${code}` : `exit code ${code}: ${last}`;
}

/** Why a process could not be started. */
export function startFailure(error: Error): string {
  return `it cannot be started: ${wayOutOf(error) ?? error.message}`;
}

/** Why a thread ended by an error. */
export function threadReason(error: Error): string {
  const wayOut = wayOutOf(error);
  if (wayOut === undefined) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_INIT_FAILED' ? `it cannot be started: ${wayOut}` : wayOut;
}

function wayOutOf(error: Error): string | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  // "Worker initialization failure: EMFILE"
  const named = Object.keys(WAYS_OUT).find((name) => error.message.endsWith(`: ${name}`));
  return WAYS_OUT[code] ?? (named === undefined ? undefined : WAYS_OUT[named]);
}
