import { z } from 'zod';
import { attributionOutput } from './attribution';
import { OUTPUT_VERSION, title } from './common';
import { trajectoryOutput } from './trajectory';

/** MIME type of a run's card in the output of a cell. */
export const RUN_MIME = 'application/vnd.polysemanticity.run+json';

/** The payload of {@link RUN_MIME}. */
export const runOutput = z
  .strictObject({
    version: z.literal(OUTPUT_VERSION).describe('Version of this format.'),
    title,
    facts: z
      .array(z.tuple([z.string().max(200), z.string().max(400)]))
      .max(64)
      .describe('Pairs of name and value, for a short table.'),
    attribution: attributionOutput.optional().describe('Matrices of the run.'),
    trajectory: trajectoryOutput.optional().describe('Trajectories of the run.'),
  })
  .describe('A run in brief, as Polysemanticity Lab shows it in notebooks.');

/** The payload of {@link RUN_MIME}. */
export type RunOutput = z.input<typeof runOutput>;
