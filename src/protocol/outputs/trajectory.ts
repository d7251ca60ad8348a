import { z } from 'zod';
import { isArmName, MAX_ARM_NAME } from '../../core/experiment/plan';
import { MEASURES } from '../../core/measures/table';
import { OUTPUT_VERSION, runNull, title } from './common';
import { column } from './tensor';

/** MIME type of trajectories in the output of a cell. */
export const TRAJECTORY_MIME = 'application/vnd.polysemanticity.trajectory+json';

const measured = z
  .strictObject({
    mean: column.describe('Mean over the network.'),
    null: column.optional().describe('Scores of random readouts.'),
    layers: z.array(column).optional().describe('Mean of each hidden layer.'),
  })
  .describe('One measure of every row.');

const columns = z
  .strictObject({
    epoch: column.describe('Epochs of training in the phase.'),
    seed: column.optional().describe('Seed of the run; 0 unless given.'),
    arm: z
      .array(z.string().max(MAX_ARM_NAME).refine(isArmName))
      .optional()
      .describe('Which network; dense unless given.'),
    requested: column.optional().describe('Requested pruning ratio; null if nothing is pruned.'),
    step: column.optional().describe('Step of an iterative pruning; null if there is one step.'),
    neuronRatio: column.optional().describe('Share of pruned neurons.'),
    parameterRatio: column.optional().describe('Share of removed or masked parameters.'),
    weightRatio: column.optional().describe('Share of removed or masked weights.'),
    trainLoss: column.optional().describe('Mean squared error over the batches of the epoch.'),
    testLoss: column.optional().describe('Mean squared error on test samples.'),
    r2: column.optional().describe('Explained share of the variance.'),
    measures: z
      .partialRecord(z.enum(MEASURES.map(({ id }) => id) as [string, ...string[]]), measured)
      .describe('Measures by their id.'),
  })
  .describe('Rows of metrics as columns of one length.');

const run = z
  .strictObject({
    name: title.describe('Name of the experiment.'),
    id: z.string().max(200).optional().describe('Name of the run.'),
    run: z
      .string()
      .max(4096)
      .optional()
      .describe('Folder of the run, relative to the notebook; a click opens its matrices.'),
    engine: z.string().max(400).optional().describe('Engine that computed it.'),
    specification: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Specification of the run.'),
    nulls: runNull.optional(),
    columns,
  })
  .describe('One run.');

/** The payload of {@link TRAJECTORY_MIME}. */
export const trajectoryOutput = z
  .strictObject({
    version: z.literal(OUTPUT_VERSION).describe('Version of this format.'),
    title: title.optional(),
    runs: z.array(run).min(1).max(64).describe('Runs to compare.'),
    note: z.string().max(2000).optional().describe('Note for readers.'),
  })
  .describe(
    'Polysemanticity over training and pruning, as Polysemanticity Lab shows it in notebooks.',
  );

/** The payload of {@link TRAJECTORY_MIME}. */
export type TrajectoryOutput = z.input<typeof trajectoryOutput>;
/** One of its runs. */
export type TrajectoryOutputRun = z.input<typeof run>;
