import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { NULL_VERSION, type RunNull } from '../../core/experiment/runNull';
import { onDisk, unlessMissing } from './disk';
import { METRICS_FILE } from './paths';

const maybe = z.number().nullable();

const measuredNull = z.object({
  of: z.enum(['neuron', 'net']),
  mean: maybe,
  sd: maybe,
  standardError: maybe,
  low: maybe,
  high: maybe,
  count: z.int().min(0),
});

/** What a run says of its null; a run that says nothing was measured against an older one. */
export const runNullSchema: z.ZodType<RunNull> = z.object({
  version: z.int().min(1),
  rows: z.enum(['pre-activation', 'post-activation']),
  readouts: z.int().min(1),
  nets: z.int().min(1),
  widths: z.array(z.int().min(1)),
  measures: z.record(z.string(), measuredNull),
});

/**
 * Why an unfinished run cannot be taken up: its rows are held against another null than those would be
 * that are still to come. Undefined where that is not so.
 */
export async function otherNullOf(
  folder: string,
  { null: known }: { readonly null?: RunNull },
): Promise<string | undefined> {
  if (known?.version === NULL_VERSION) return undefined;
  const file = path.join(folder, METRICS_FILE);
  const rows = await unlessMissing(onDisk(file, 'read the file', () => stat(file)));
  // What was stopped before its first row has none to mix.
  if (!known && !(rows && rows.size > 0)) return undefined;
  return 'its rows were measured against the old null of random readouts, and the rows still to come would be measured against the null of today; the two must not be mixed. What it has can be read as before; begin a fresh run for the rest';
}
