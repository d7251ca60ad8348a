import { z } from 'zod';
import { type MeasureId, MEASURES } from '../../core/measures/table';

/** Version of the formats of notebook outputs. */
export const OUTPUT_VERSION = 1;

/** Characters of a title. */
export const MAX_TITLE_LENGTH = 200;

/** The title of an output. */
export const title = z.string().max(MAX_TITLE_LENGTH).describe('Title.');

const level = z.number().nullable();

/** The null of a run, as run.json stores it. */
export const runNull = z
  .strictObject({
    version: z.int().min(1).describe('Version of the sampling.'),
    rows: z
      .enum(['pre-activation', 'post-activation'])
      .describe('Kind of rows that it applies to.'),
    readouts: z.int().min(1).describe('Random readouts behind measures of single neurons.'),
    nets: z.int().min(1).describe('Nets of random readouts behind other measures.'),
    widths: z.array(z.int().min(1)).describe('Hidden widths of those nets.'),
    measures: z
      .partialRecord(
        z.enum(MEASURES.map(({ id }) => id) as [MeasureId, ...MeasureId[]]),
        z.strictObject({
          of: z.enum(['neuron', 'net']).describe('What has one value: a neuron or a net.'),
          mean: level.describe('Mean of the values.'),
          sd: level.describe('Standard deviation of one value.'),
          standardError: level.describe('Standard error of the mean.'),
          low: level.describe('2.5 percentile of the values.'),
          high: level.describe('97.5 percentile of the values.'),
          count: z.int().min(0).describe('Number of values.'),
        }),
      )
      .describe('By measure.'),
  })
  .describe('The null that all rows of the run are compared with, and its uncertainty.');

/** The null of each measure. */
export const nulls = z
  .partialRecord(
    z.enum(MEASURES.map(({ id }) => id) as [string, ...string[]]),
    z.number().nullable(),
  )
  .describe('Scores of random readouts by measure, to compare means with.');
