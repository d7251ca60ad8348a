import { z } from 'zod';
import { NORMS, PRUNING_DEFAULTS, PRUNING_METHODS } from '../pruning/request';
import { ADAM_DEFAULTS } from '../training/adam';
import { OPTIMIZERS } from '../training/optimizer';
import { PENALTIES } from '../training/penalty';
import { distinct, epochs, positive, share } from './fields';

/* The sections `training` and `pruning`, whose fields arms can override. */

export const learningRate = (): z.ZodNumber => z.number().gt(0).max(10);
export const optimizer = (): z.ZodEnum<{ adam: 'adam'; adamw: 'adamw'; sgd: 'sgd' }> =>
  z.enum(OPTIMIZERS);
export const optimizerStateField = (): z.ZodEnum<{ reset: 'reset'; keep: 'keep' }> =>
  z
    .enum(['reset', 'keep'])
    .describe(
      'reset (if left out): retraining starts with a new optimiser. keep: it continues with the state of the units and weights that remain.',
    );
export const momentum = (): z.ZodNumber =>
  z.number().min(0).lt(1).describe('Momentum of sgd; 0 if left out.');
export const weightDecay = (): z.ZodNumber =>
  z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Weight decay; 0 if left out. adam and sgd add it to the gradient, adamw shrinks the parameters.',
    );
export const penalty = (): typeof penaltyFields =>
  penaltyFields.describe('A sparsity penalty that training adds to the loss.');
const penaltyFields = z.strictObject({
  kind: z
    .enum(PENALTIES)
    .describe(
      'activations: λ times the mean over samples of the sum of |h| over hidden units. weights: λ times the sum of |w|.',
    ),
  lambda: z.number().gt(0).max(1000).describe('λ, the weight of the penalty.'),
});

export const trainingFields = z.strictObject({
  optimizer: optimizer().default('adam').describe('adam, adamw or sgd, as in PyTorch.'),
  learningRate: learningRate().default(0.001).describe('Learning rate.'),
  beta1: z
    .number()
    .min(0)
    .lt(1)
    .default(ADAM_DEFAULTS.beta1)
    .describe("Decay rate of Adam's mean of gradients."),
  beta2: z
    .number()
    .min(0)
    .lt(1)
    .default(ADAM_DEFAULTS.beta2)
    .describe("Decay rate of Adam's mean of squared gradients."),
  epsilon: z
    .number()
    .min(1e-30)
    .max(1)
    .default(ADAM_DEFAULTS.epsilon)
    .describe("Added to Adam's denominator."),
  epochs: epochs().default(50).describe('Passes over the training samples.'),
  batchSize: positive().default(64).describe('Samples per update; the last batch may be smaller.'),
  trainShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.7)
    .describe('Share of samples for training; the others are for testing.'),
  momentum: momentum().optional(),
  weightDecay: weightDecay().optional(),
  penalty: penalty().optional(),
});

/** Dropout probability of the twin in the thesis. */
export const THESIS_DROPOUT = 0.5;
/** The ratios of the thesis. */
export const THESIS_RATIOS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];

export const pruningFields = z.strictObject({
  method: z
    .enum(PRUNING_METHODS)
    .default(PRUNING_DEFAULTS.method)
    .describe(
      'global-structured: exact counts, at least one unit per layer. random-structured: its random baseline. torch-pruning: the global structured pruner of Torch-Pruning 1.4, including its skip rule. thesis: as the thesis called that pruner.',
    ),
  ratios: distinct(share())
    .default([0, ...THESIS_RATIOS])
    .describe(
      'Shares of hidden neurons to prune, each from the same trained specimen. 0 prunes nothing: the control, which is only trained for as long.',
    ),
  norm: z
    .enum(NORMS)
    .default(PRUNING_DEFAULTS.norm)
    .describe('Norm of the weights into and out of a unit.'),
  normalize: z
    .boolean()
    .default(PRUNING_DEFAULTS.normalize)
    .describe("Divide scores by their layer's mean, so that layers are comparable."),
  caps: z
    .union([z.number().gt(0).max(1), z.array(z.number().gt(0).max(1).nullable())])
    .optional()
    .describe('Largest share of a layer that may be removed: one number, or one per hidden layer.'),
  retraining: z
    .strictObject({
      epochs: epochs().default(50).describe('Epochs of retraining.'),
      learningRate: learningRate().default(0.001).describe('Learning rate of retraining.'),
      optimizerState: optimizerStateField().optional(),
    })
    .prefault({})
    .describe('Training after pruning.'),
});
