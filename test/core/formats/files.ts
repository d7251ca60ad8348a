import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError, type ErrorKind } from '../../../src/core/errors';
import { safetensorsParts } from '../../../src/core/formats/safetensors';

const FIXTURES = path.resolve(__dirname, '../../fixtures/formats');
const PUBLISHED = path.resolve(__dirname, '../../../../shared/thesis');

export const fixtureNames = readdirSync(FIXTURES);

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(FIXTURES, name)));
}

export function fixtureText(name: string): string {
  return readFileSync(path.join(FIXTURES, name), 'utf8');
}

/** The thesis' published files, where a checkout has them beside it. */
export const hasPublished = existsSync(PUBLISHED);

export function published(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(PUBLISHED, name)));
}

/** Asserts that an action fails with a LabError whose message matches all the patterns. */
export function refuses(action: () => unknown, kind: ErrorKind, ...messages: RegExp[]): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof LabError, `not a LabError: ${String(error)}`);
    for (const message of messages) assert.match(error.message, message);
    assert.equal(error.kind, kind, error.message);
    return true;
  });
}

/** The value of an action, or the LabError it ended with; any other exception goes on. */
export function outcome<T>(action: () => T): T | LabError {
  try {
    return action();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

/** A whole file in memory. */
export function writeSafetensors(...given: Parameters<typeof safetensorsParts>): Uint8Array {
  return new Uint8Array(Buffer.concat(safetensorsParts(...given)));
}
