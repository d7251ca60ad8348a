import assert from 'node:assert/strict';
import { LabError } from '../../src/core/errors';

/** The error with which some work is expected to fail. */
export async function failure(work: Promise<unknown>): Promise<LabError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error;
  }
  return assert.fail('it worked');
}
