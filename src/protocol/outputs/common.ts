import { z } from 'zod';
import { MEASURES } from '../../core/measures/table';

/** Version of the formats of notebook outputs. */
export const OUTPUT_VERSION = 1;

/** What stands above an output. */
export const title = z.string().max(200).describe('What stands above it.');

/** The null of each measure. */
export const nulls = z
  .partialRecord(
    z.enum(MEASURES.map(({ id }) => id) as [string, ...string[]]),
    z.number().nullable(),
  )
  .describe('What random readouts score, by measure: the level to hold means against.');
