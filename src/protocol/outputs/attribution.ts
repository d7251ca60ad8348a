import { z } from 'zod';
import { ARMS, PHASES } from '../../core/experiment/plan';
import { column, matrix } from './tensor';
import { nulls, OUTPUT_VERSION, runNull, title } from './common';

/** MIME type of attribution matrices in the output of a cell. */
export const ATTRIBUTION_MIME = 'application/vnd.polysemanticity.attribution+json';

const layers = z
  .array(
    z.strictObject({
      start: z.int().min(0).describe('First row.'),
      end: z.int().min(0).describe('One past the last row.'),
    }),
  )
  .describe('The rows of each hidden layer, in order, covering all rows; one layer unless given.');

const units = column.describe(
  'Index of each neuron in its layer of the unpruned network; its place in the layer unless given.',
);

const ofMatrix = {
  values: matrix.describe(
    'Neurons by features: what feature f alone does to neuron k, signed. A list of rows, or base64.',
  ),
  layers: layers.optional(),
  units: units.optional(),
  nulls: nulls.optional(),
};

const checkpoint = z
  .strictObject({
    ...ofMatrix,
    seed: z.int().min(0).describe('Seed of the run.'),
    arm: z.enum(ARMS).describe('Which of its networks.'),
    requested: z.number().nullable().optional().describe('Pruning ratio that was asked for.'),
    phase: z.enum(PHASES).describe('Where it stands.'),
    epoch: z.int().min(0).describe('Epochs trained in this phase.'),
    neuronRatio: z.number().min(0).max(1).optional().describe('Share of neurons that are gone.'),
    parameterRatio: z.number().min(0).max(1).optional().describe('Share of parameters gone.'),
    testLoss: z.number().nullable().optional().describe('Mean squared error on test samples.'),
    r2: z.number().nullable().optional().describe('Share of the variance that is explained.'),
  })
  .describe('A network at a moment, and its matrix.');

/** The payload of {@link ATTRIBUTION_MIME}. */
export const attributionOutput = z
  .strictObject({
    version: z.literal(OUTPUT_VERSION).describe('Version of this format.'),
    title: title.optional(),
    ...ofMatrix,
    values: ofMatrix.values.optional(),
    checkpoints: z
      .array(checkpoint)
      .max(4096)
      .optional()
      .describe('Instead of one matrix several, to move through by a slider.'),
    features: z
      .array(z.string().max(200))
      .optional()
      .describe('Names of the features, the columns; f0, f1, … unless given.'),
    rows: z
      .enum(['pre-activation', 'post-activation'])
      .default('pre-activation')
      .describe('Whether a row is the neuron before or after its activation.'),
    hidden: z
      .array(z.int().min(1))
      .optional()
      .describe(
        'Widths of the hidden layers of the unpruned network; those of the matrix unless given.',
      ),
    run: z
      .string()
      .max(4096)
      .optional()
      .describe('Folder of the run, relative to the notebook: a click opens its matrix there.'),
    runNull: runNull.optional(),
    note: z
      .string()
      .max(2000)
      .optional()
      .describe('What a reader should know, such as what was left out.'),
  })
  .describe('Attribution matrices, as Polysemanticity Lab shows them in notebooks.');

/** The payload of {@link ATTRIBUTION_MIME}. */
export type AttributionOutput = z.input<typeof attributionOutput>;
/** One of its checkpoints. */
export type AttributionOutputCheckpoint = z.input<typeof checkpoint>;
