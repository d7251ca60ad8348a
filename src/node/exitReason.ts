/**
 * Why a process ended, in words.
 * @param said the end of what it wrote to stderr: its last line tells most
 */
export function exitReason(
  code: number | null,
  signal: NodeJS.Signals | null,
  said: string,
): string {
  if (signal) return `killed by ${signal}`;
  const last = said.trim().split('\n').at(-1) ?? '';
  return last === '' ? `exit code ${code}` : `exit code ${code}: ${last}`;
}

/** The same of a process that may take much memory: SIGKILL is what Linux sends when it runs out. */
export function exitReasonOfWorker(
  code: number | null,
  signal: NodeJS.Signals | null,
  said: string,
): string {
  const reason = exitReason(code, signal, said);
  return signal === 'SIGKILL' ? `${reason}, perhaps because memory ran out` : reason;
}
