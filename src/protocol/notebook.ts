import type { PageSelection } from './page';
import type { PointSpecimen } from './trajectories';

/*
 * What the renderer of notebook outputs tells the extension. An output is data that anybody may have
 * written: what comes from its renderer is checked like any other input.
 */

/** Id of the renderer in the manifest. */
export const RENDERER_ID = 'polysemanticity-renderer';

/**
 * What was clicked in an output. Paths may be relative: they start from the notebook's folder, with `/`
 * between names. The experiment may be left out where the run is known.
 */
export type OutputSelection = Partial<Omit<PageSelection, 'source'>>;

/** Opens what was clicked in the big view beside the notebook. */
export interface OpenMessage {
  readonly type: 'open';
  readonly selection: OutputSelection;
  /** Of a point of a trajectory: the specimens of which one is to be opened. */
  readonly specimens?: readonly PointSpecimen[];
  /** Name of the measure whose values are told of them. */
  readonly measure?: string;
}

/** Longer than any path. */
const LONGEST = 4096;
/** More than any network has. */
const MOST = 10_000_000;

/** Seeds behind one point. */
const MOST_SPECIMENS = 10_000;

/** A message of the renderer, with only those fields that it may have; undefined if it is none. */
export function readOpenMessage(message: unknown): OpenMessage | undefined {
  if (!isRecord(message) || message.type !== 'open' || !isRecord(message.selection)) {
    return undefined;
  }
  const selection: Record<string, string | number> = {};
  for (const name of ['experiment', 'run', 'checkpoint'] as const) {
    const value = message.selection[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > LONGEST) return undefined;
    if (value.includes('\0')) return undefined;
    selection[name] = value;
  }
  for (const name of ['layer', 'unit'] as const) {
    const value = message.selection[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MOST) {
      return undefined;
    }
    selection[name] = value as number;
  }
  const { specimens, measure } = message;
  if (specimens === undefined) return { type: 'open', selection };
  if (!Array.isArray(specimens) || specimens.length > MOST_SPECIMENS) return undefined;
  if (typeof measure !== 'string' || measure.length > LONGEST) return undefined;
  const read = specimens.map(readSpecimen);
  return read.includes(undefined)
    ? undefined
    : { type: 'open', selection, specimens: read as PointSpecimen[], measure };
}

function readSpecimen(given: unknown): PointSpecimen | undefined {
  if (!isRecord(given)) return undefined;
  const { seed, checkpoint, value } = given;
  if (typeof seed !== 'number' || !Number.isFinite(seed)) return undefined;
  if (typeof checkpoint !== 'string' || checkpoint === '' || checkpoint.length > LONGEST) {
    return undefined;
  }
  if (value !== null && typeof value !== 'number') return undefined;
  return { seed, checkpoint, value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
