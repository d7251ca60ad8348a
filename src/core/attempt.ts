import { LabError } from './errors';

/** Runs `work` and returns its result, or the LabError that it throws. Other exceptions propagate. */
export function attempt<T>(work: () => T): T | LabError {
  try {
    return work();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}
