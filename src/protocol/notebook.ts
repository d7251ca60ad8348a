import { isRecord } from '../core/isRecord';
import type { MatrixPart } from './matrix';
import type { PointSpecimen, TrajectoryPoint } from './trajectories';

/*
 * Messages of the output renderer to the extension. Anyone may have written an output, so its messages are
 * checked like any other input.
 */

/** Id of the renderer in the manifest. */
export const RENDERER_ID = 'polysemanticity-renderer';

/**
 * Opens a clicked part of a matrix or point of a trajectory in the large view beside the notebook. Paths may be
 * relative to the notebook's folder, with `/` as separator.
 */
export interface OpenMessage {
  readonly type: 'open';
  readonly part: MatrixPart | TrajectoryPoint;
}

/** Longer than any path. */
const MAX_LENGTH = 4096;
/** More than any network has. */
const MAX_INDEX = 10_000_000;
/** More than the seeds of any run. */
const MAX_SPECIMENS = 10_000;

/** Validates a message of the renderer, and drops unknown fields; undefined if it is not valid. */
export function readOpenMessage(message: unknown): OpenMessage | undefined {
  if (!isRecord(message) || message.type !== 'open' || !isRecord(message.part)) return undefined;
  const { specimens, measure } = message.part;
  const part: Record<string, string | number> = {};
  for (const name of ['experiment', 'run', 'checkpoint'] as const) {
    const value = message.part[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > MAX_LENGTH) return undefined;
    if (value.includes('\0')) return undefined;
    part[name] = value;
  }
  for (const name of ['layer', 'unit'] as const) {
    const value = message.part[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MAX_INDEX) {
      return undefined;
    }
    part[name] = value as number;
  }
  if (specimens === undefined) return { type: 'open', part };
  const { run } = part;
  if (typeof run !== 'string' || !Array.isArray(specimens)) return undefined;
  if (specimens.length === 0 || specimens.length > MAX_SPECIMENS) return undefined;
  if (typeof measure !== 'string' || measure.length > MAX_LENGTH) return undefined;
  const read = specimens.map(readSpecimen);
  if (!read.every((specimen) => specimen !== undefined)) return undefined;
  return { type: 'open', part: { ...part, run, specimens: read, measure } };
}

function readSpecimen(given: unknown): PointSpecimen | undefined {
  if (!isRecord(given)) return undefined;
  const { seed, checkpoint, value } = given;
  if (typeof seed !== 'number' || !Number.isFinite(seed)) return undefined;
  if (typeof checkpoint !== 'string' || checkpoint === '' || checkpoint.length > MAX_LENGTH) {
    return undefined;
  }
  if (value !== null && typeof value !== 'number') return undefined;
  return { seed, checkpoint, value };
}
