import { invalid, show } from '../errors';

/** @throws LabError naming the field unless the value is an integer of at least 1 */
export function requireCount(value: number, field: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw invalid(`must be an integer of at least 1, not ${show(value)}`, { field });
  }
}

/** @throws LabError naming the field unless the value is a finite number above 0 */
export function requirePositive(value: number, field: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw invalid(`must be a finite number above 0, not ${show(value)}`, { field });
  }
}
