import { z } from 'zod';
import { NORMS, SCOPES } from '../pruning/request';
import { ARM_METHODS } from './armMethods';
import { distinct, epochs, positive, share, text, whole } from './fields';
import { isArmName, MAX_ARM_NAME } from './plan';
import {
  learningRate,
  momentum,
  optimizer,
  optimizerStateField,
  penalty,
  pruningFields,
  trainingFields,
  weightDecay,
} from './treatmentFields';

/* The section `arms`. */

const NAME_RULE =
  'expected a letter, then letters, digits, "-" or "_", without an ending that reads as a ratio';

/** A field of `training` without its default, which an arm takes from `training`. */
const own = (name: 'beta1' | 'beta2' | 'epsilon'): z.ZodOptional<z.ZodNumber> =>
  trainingFields.shape[name].removeDefault().optional();

const armTraining = z
  .strictObject({
    optimizer: optimizer().optional().describe('adam, adamw or sgd; as `training` if left out.'),
    learningRate: learningRate().optional().describe('Learning rate; as `training` if left out.'),
    beta1: own('beta1').describe(
      "Decay rate of Adam's mean of gradients; as `training` if left out.",
    ),
    beta2: own('beta2').describe(
      "Decay rate of Adam's mean of squared gradients; as `training` if left out.",
    ),
    epsilon: own('epsilon').describe("Added to Adam's denominator; as `training` if left out."),
    momentum: momentum().optional(),
    weightDecay: weightDecay().optional(),
    epochs: epochs()
      .optional()
      .describe('Passes over the training samples; as `training` if left out.'),
    batchSize: positive().optional().describe('Samples per update; as `training` if left out.'),
    penalty: penalty().optional(),
    dropout: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe('Probability of dropping a unit after every hidden activation while training.'),
  })
  .describe('How this arm trains where it differs from `training`.');

const armPruning = z
  .strictObject({
    method: z
      .enum(ARM_METHODS)
      .describe(
        'What is taken away. magnitude, inverse, taylor, taylor-gate, activation, apoz, random: units. weights, snip, movement: single weights. scratch: nothing; a fresh network of the widths of another arm. torch-pruning, thesis: as `pruning.method`.',
      ),
    widthsOf: text(MAX_ARM_NAME)
      .optional()
      .describe(
        'random and scratch: the arm whose widths are taken, layer by layer, for the same seed and ratio.',
      ),
    ratios: distinct(share())
      .optional()
      .describe('Ratios of this arm; those of `pruning` if left out.'),
    scope: z
      .enum(SCOPES)
      .optional()
      .describe(
        'global (if left out): the lowest scores of the whole network. layer: the same share of every layer.',
      ),
    norm: z
      .enum(NORMS)
      .optional()
      .describe(
        'magnitude, inverse: norm of the weights into and out of a unit; as `pruning` if left out.',
      ),
    normalize: z
      .boolean()
      .optional()
      .describe(
        'magnitude, inverse: whether scores are divided by their mean in the layer; as `pruning` if left out.',
      ),
    caps: pruningFields.shape.caps,
    outputLayer: z
      .boolean()
      .optional()
      .describe(
        'weights, snip, movement: whether weights of the output layer may go; true if left out.',
      ),
    rewind: epochs()
      .optional()
      .describe(
        'The survivors return to their values at this epoch of training (0: the lottery ticket) and train from there for as long as the control in all.',
      ),
    schedule: z
      .strictObject({
        steps: whole().min(2).max(100).describe('T, the number of prunings.'),
        shares: z
          .enum(['linear', 'geometric'])
          .default('linear')
          .describe(
            'linear: after step t, a share t/T of what goes is gone. geometric: every step takes the same share of what is left.',
          ),
        epochs: epochs()
          .optional()
          .describe(
            'Epochs after every step but the last. If left out, the epochs of retraining are divided among the steps; with a rewind, every step trains to the end of training again.',
          ),
      })
      .optional()
      .describe('Prunes in steps with training between them; one step if left out.'),
    retraining: z
      .strictObject({
        epochs: epochs()
          .optional()
          .describe('Epochs of retraining; as `pruning.retraining` if left out.'),
        learningRate: learningRate()
          .optional()
          .describe('Learning rate of retraining; as `pruning.retraining` if left out.'),
        optimizerState: optimizerStateField().optional(),
      })
      .optional()
      .describe('Training after pruning where it differs from `pruning.retraining`.'),
  })
  .describe(
    'What is pruned in this arm; nothing if left out: the arm is only trained for as long.',
  );

const arm = z
  .strictObject({
    name: text(MAX_ARM_NAME)
      .refine(isArmName, NAME_RULE)
      .describe('Name of the arm in rows, tables and charts.'),
    description: z.string().optional().describe('What the arm is for.'),
    training: armTraining.optional(),
    pruning: armPruning.optional(),
  })
  .describe('One treatment of the experiment.');

/** Limit on the arms of an experiment. */
const MOST_ARMS = 100;

export const arms = z
  .array(arm)
  .refine(({ length }) => length >= 1 && length <= MOST_ARMS, `expected 1 to ${MOST_ARMS} arms`)
  .meta({ minItems: 1, maxItems: MOST_ARMS })
  .describe(
    'Treatments to compare; all start from the same initial values, split and batches of a seed. Without arms: the specimen and its dropout twin, pruned by `pruning.method`.',
  );
