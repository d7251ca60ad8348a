import { z } from 'zod';
import { isArmName, MAX_ARM_NAME, PHASES } from '../../core/experiment/plan';
import { COMPATIBILITIES } from '../../core/measures/check';
import { ACTIVATIONS } from '../../core/network/layout';
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
  completenessError: z
    .number()
    .min(0)
    .optional()
    .describe(
      'Largest difference between an attribution and the change that the feature alone makes.',
    ),
};

const checkpoint = z
  .strictObject({
    ...ofMatrix,
    seed: z.int().min(0).describe('Seed of the run.'),
    arm: z.string().max(MAX_ARM_NAME).refine(isArmName).describe('Arm of the network.'),
    requested: z.number().nullable().optional().describe('Requested pruning ratio.'),
    step: z.int().min(1).optional().describe('Step of an iterative pruning.'),
    phase: z.enum(PHASES).describe('Phase of training.'),
    epoch: z.int().min(0).describe('Epochs of training in this phase.'),
    weightRatio: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Share of removed or masked weights.'),
    neuronRatio: z.number().min(0).max(1).optional().describe('Share of pruned neurons.'),
    parameterRatio: z.number().min(0).max(1).optional().describe('Share of removed parameters.'),
    testLoss: z.number().nullable().optional().describe('Mean squared error on test samples.'),
    r2: z.number().nullable().optional().describe('Explained share of the variance.'),
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
      .describe('Several matrices, with a slider, instead of one.'),
    features: z
      .array(z.string().max(200))
      .optional()
      .describe('Names of the features (columns); f0, f1, … unless given.'),
    rows: z
      .enum(['pre-activation', 'post-activation'])
      .default('pre-activation')
      .describe('Whether rows are neurons before or after the activation.'),
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
      .describe('Folder of the run, relative to the notebook; a click opens its matrix.'),
    runNull: runNull.optional(),
    arms: z
      .array(
        z
          .strictObject({
            name: z.string().max(MAX_ARM_NAME).refine(isArmName).describe('Name of the arm.'),
            trainedAs: z
              .string()
              .max(MAX_ARM_NAME)
              .refine(isArmName)
              .optional()
              .describe('The arm whose training it continues; none if it starts from no training.'),
          })
          .describe('An arm of the experiment.'),
      )
      .max(1000)
      .optional()
      .describe('Arms that share legs of training; otherwise each arm has its own.'),
    compatibility: z
      .enum(COMPATIBILITIES)
      .optional()
      .describe('How measures are computed: as in the thesis, or by default as defined.'),
    activation: z
      .enum(ACTIVATIONS)
      .optional()
      .describe('Activation function of the network; explains why a measure is undefined.'),
    note: z.string().max(2000).optional().describe('Note for readers, e.g. on what was left out.'),
  })
  .describe('Attribution matrices, as Polysemanticity Lab shows them in notebooks.');

/** The payload of {@link ATTRIBUTION_MIME}. */
export type AttributionOutput = z.input<typeof attributionOutput>;
/** One of its checkpoints. */
export type AttributionOutputCheckpoint = z.input<typeof checkpoint>;
