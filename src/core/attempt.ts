import { LabError } from './errors';

/** What work gives, or the LabError that it ends with; any other exception goes on. */
export function attempt<T>(work: () => T): T | LabError {
  try {
    return work();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}
