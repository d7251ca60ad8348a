import type { Engine } from '../engine/engine';
import { torchLinearInitialisation } from '../network/initialise';
import { parameterCount, type Activation, type Layout, type Network } from '../network/layout';
import type { CountProgress } from '../progress';
import { stream } from '../random/streams';
import { permutation } from '../random/torch';
import { throwIfStopped, type Pace } from '../stop';
import { ADAM_DEFAULTS } from '../training/adam';
import { requireCount, requirePositive } from './requirements';

/** Training settings of the autoencoder. */
export interface AutoencoderTraining {
  readonly epochs: number;
  readonly batchSize: number;
  /** Adam's learning rate. */
  readonly learningRate: number;
}

/** Sizes and settings of an autoencoder. */
export interface AutoencoderOptions {
  readonly seed: number;
  /** Number of features F. */
  readonly features: number;
  /** Width of the code: the inputs of the specimens. */
  readonly inputDim: number;
  /** Follows the hidden layer of encoder and decoder; none follows the code. */
  readonly activation: Activation;
  readonly training: AutoencoderTraining;
}

/** Two networks: one compresses feature coefficients, the other restores them. */
export interface Autoencoder {
  /** F → F/2 → inputDim */
  readonly encoder: Network;
  /** inputDim → F/2 → F */
  readonly decoder: Network;
  /** `[epochs]`: each epoch's mean over steps of the batch's mean squared error before its update. */
  readonly losses: Float64Array;
}

/** F → F/2 → inputDim → F/2 → F, with F/2 rounded down and at least 1. */
export function autoencoderLayout({
  features,
  inputDim,
  activation,
}: Pick<AutoencoderOptions, 'features' | 'inputDim' | 'activation'>): Layout {
  const half = Math.max(1, Math.floor(features / 2));
  return {
    widths: [features, half, inputDim, half, features],
    activations: [activation, 'linear', activation],
  };
}

/**
 * Trains an autoencoder on coefficients `[samples, F]` with mean squared error and Adam. The initial
 * parameters and the order of each epoch come from streams of their own.
 * @throws Stopped when the pace's signal is set
 * @throws LabError when an option is out of range, or (`numeric`) when training diverges
 */
export async function trainAutoencoder(
  coefficients: Float32Array,
  options: AutoencoderOptions,
  engine: Engine,
  pace: Pace,
  onProgress?: CountProgress,
): Promise<Autoencoder> {
  const { seed, features, training } = options;
  requireCount(options.inputDim, 'inputDim');
  requireTraining(training);
  throwIfStopped(pace.signal);
  const layout = autoencoderLayout(options);
  const samples = coefficients.length / features;
  const losses = new Float64Array(training.epochs);
  let parameters = torchLinearInitialisation(layout, stream(seed, 'autoencoder', 'initialisation'));
  const task = {
    layout,
    parameters,
    data: {
      samples,
      inputDim: features,
      outputDim: features,
      inputs: coefficients,
      targets: coefficients,
    },
    optimizer: {
      kind: 'adam' as const,
      ...ADAM_DEFAULTS,
      learningRate: training.learningRate,
    },
    batchSize: training.batchSize,
    epochs: training.epochs,
    order: (epoch: number) => permutation(stream(seed, 'autoencoder', 'batches', epoch), samples),
  };
  for await (const result of engine.train([task], pace)) {
    const { epoch, stepLosses } = result;
    parameters = result.parameters;
    losses[epoch - 1] = stepLosses.reduce((sum, loss) => sum + loss, 0) / stepLosses.length;
    onProgress?.(epoch, training.epochs);
  }
  return { ...splitAtCode({ layout, parameters }), losses };
}

/** @throws LabError when a setting is out of range, naming it as in `ToyDataOptions` */
export function requireTraining({ epochs, batchSize, learningRate }: AutoencoderTraining): void {
  requireCount(epochs, 'autoencoder.epochs');
  requireCount(batchSize, 'autoencoder.batchSize');
  requirePositive(learningRate, 'autoencoder.learningRate');
}

/** Encoder and decoder, each with a copy of its parameters. */
function splitAtCode({ layout, parameters }: Network): Pick<Autoencoder, 'encoder' | 'decoder'> {
  const { widths, activations } = layout;
  const encoder = { widths: widths.slice(0, 3), activations: activations.slice(0, 1) };
  const decoder = { widths: widths.slice(2), activations: activations.slice(2) };
  const end = parameterCount(encoder);
  return {
    encoder: { layout: encoder, parameters: parameters.slice(0, end) },
    decoder: { layout: decoder, parameters: parameters.slice(end) },
  };
}
