import { z } from 'zod';
import { type MeasureId, MEASURES } from '../../core/measures/table';

/** Version of the formats of notebook outputs. */
export const OUTPUT_VERSION = 1;

/** Characters of a title. */
export const LONGEST_TITLE = 200;

/** What stands above an output. */
export const title = z.string().max(LONGEST_TITLE).describe('What stands above it.');

const level = z.number().nullable();

/** The null of a run, as its folder keeps it. */
export const runNull = z
  .strictObject({
    version: z.int().min(1).describe('How it was drawn: counts up when that changes.'),
    rows: z.enum(['pre-activation', 'post-activation']).describe('Kind of rows it stands for.'),
    readouts: z.int().min(1).describe('Random readouts behind measures of single neurons.'),
    nets: z.int().min(1).describe('Nets of random readouts behind other measures.'),
    widths: z.array(z.int().min(1)).describe('Hidden widths of those nets.'),
    measures: z
      .partialRecord(
        z.enum(MEASURES.map(({ id }) => id) as [MeasureId, ...MeasureId[]]),
        z.strictObject({
          of: z.enum(['neuron', 'net']).describe('What one value belongs to.'),
          mean: level.describe('The level.'),
          sd: level.describe('Standard deviation of one value.'),
          standardError: level.describe('Of the level.'),
          low: level.describe('2.5 percentile of the values.'),
          high: level.describe('97.5 percentile of the values.'),
          count: z.int().min(0).describe('How many values.'),
        }),
      )
      .describe('By measure.'),
  })
  .describe('The null that all rows of the run are held against, with its own uncertainty.');

/** The null of each measure. */
export const nulls = z
  .partialRecord(
    z.enum(MEASURES.map(({ id }) => id) as [string, ...string[]]),
    z.number().nullable(),
  )
  .describe('What random readouts score, by measure: the level to hold means against.');

/** Representations of one value by MIME type: text, or for `+json` types a JSON value. */
export type MimeBundle = Readonly<Record<string, unknown>>;
