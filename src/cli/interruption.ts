import { Stopped } from '../core/stop';
import { EXIT, Interrupted } from './exitCodes';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
type StopSignalName = keyof typeof CODES;

/** How to tell people of a stop. */
export interface InterruptionTexts {
  /** Called once, as soon as the first signal comes. */
  readonly onStopping: () => void;
  /** What was kept, and how to go on. */
  readonly goOn: () => string;
}

/**
 * Does work that Ctrl-C (SIGINT) and SIGTERM stop: the first asks it to stop, the second ends the
 * process at once. The second is left to the system, which ends a process whatever that is doing: one
 * that is busy would not come to hear of it.
 * @throws Interrupted when the work stopped because it was asked to
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
