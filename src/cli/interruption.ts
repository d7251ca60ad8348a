import { Stopped } from '../core/stop';
import { EXIT, Interrupted } from './exitCodes';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
type StopSignalName = keyof typeof CODES;

/** Messages about a stop. */
export interface InterruptionTexts {
  /** Called once, on the first signal. */
  readonly onStopping: () => void;
  /** Says what was kept and how to resume. */
  readonly goOn: () => string;
}

/**
 * Runs work that Ctrl-C (SIGINT) and SIGTERM stop: the first signal asks the work to stop, the second ends
 * the process immediately. The second is left to the system, which also ends a busy process that would not
 * handle it.
 * @throws Interrupted when the work stopped on request
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<void>,
  { onStopping, goOn }: InterruptionTexts,
): Promise<void> {
  const controller = new AbortController();
  let exitCode: number = EXIT.interrupted;
  const names = Object.keys(CODES) as StopSignalName[];
  const leaveToSystem = (): void => names.forEach((name) => process.off(name, onSignal));
  const onSignal = (name: StopSignalName): void => {
    leaveToSystem();
    exitCode = CODES[name];
    controller.abort();
    onStopping();
  };
  for (const name of names) process.on(name, onSignal);
  try {
    await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && isStop(error)) throw new Interrupted(goOn(), exitCode);
    throw error;
  } finally {
    leaveToSystem();
  }
}

function isStop(error: unknown): boolean {
  return error instanceof Stopped || (error instanceof Error && error.name === 'AbortError');
}
