import type { Engine } from '../engine/engine';
import { requireOneOf } from '../errors';
import { ACTIVATIONS, type Activation, type Network } from '../network/layout';
import { heldBack, type CountProgress } from '../progress';
import { stream } from '../random/streams';
import { sideBySide, throwIfStopped, type Pace } from '../stop';
import {
  requireTraining,
  trainAutoencoder,
  type Autoencoder,
  type AutoencoderTraining,
} from './autoencoder';
import { drawCoefficients, sparsityPerFeature } from './coefficients';
import type { DataSet } from './dataSet';
import { evaluateFeatureModel } from './featureEvaluation';
import { drawFeatureModel, type Importance } from './featureModel';
import {
  invertFeatures,
  requireInversion,
  seedSeeker,
  type Inversion,
  type InversionOptions,
  type SeedSeeker,
} from './inversion';
import type { LayerSizeBounds } from './layerSizes';
import { requireCount } from './requirements';

/**
 * How coefficients and targets come about.
 *
 * `inverted`, as in the thesis: coefficients of all features are drawn independently, and inputs of
 * the feature model are looked for that give them. Deeper features depend on shallower ones, so what
 * was drawn may be impossible, and then the targets describe other features than the inputs do.
 *
 * `forward`: coefficients are drawn for the features of the first hidden layer only; deeper ones and
 * the targets follow from the model, so that inputs and targets describe the same features. The deeper
 * coefficients are then dependent, hardly ever 0, and may be negative or above 1.
 */
export type ToyDataMode = 'inverted' | 'forward';

/** What toy data are made of. */
export interface ToyDataOptions {
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  readonly samples: number;
  /** Width of the encoder's code, the inputs of a specimen. */
  readonly inputDim: number;
  readonly outputDim: number;
  readonly mode: ToyDataMode;
  readonly features: {
    /** Number of features F. */
    readonly count: number;
    /**
     * Probability that a feature is absent: one for all, or F of them. Mode `forward` uses those of
     * the first hidden layer.
     */
    readonly sparsity: number | readonly number[];
    readonly importance?: Importance;
    readonly importanceBound?: number;
    /** Features on each hidden layer of the feature model; they sum to F. Left out: drawn. */
    readonly hidden?: readonly number[];
    /** Bounds of drawn widths. */
    readonly layerSize?: LayerSizeBounds;
    /** In the feature model and in the autoencoder. */
    readonly activation: Activation;
  };
  readonly autoencoder: AutoencoderTraining;
  /** By default as in the thesis. Used by mode `inverted`. */
  readonly inversion?: Partial<InversionOptions>;
}

/** Data whose ground truth is known. */
export interface ToyData {
  /** Inputs: encoded coefficients. Targets: the feature model's outputs. */
  readonly data: DataSet;
  /** `[samples, F]`: what was encoded. */
  readonly coefficients: Float32Array;
  readonly featureModel: Network;
  readonly encoder: Network;
  readonly decoder: Network;
  /** `[epochs]` */
  readonly autoencoderLosses: Float64Array;
  /** In mode `inverted`: the seeds that the targets belong to, and how close they came. */
  readonly inversion?: Inversion;
}

/** Where the generator is: how many samples or epochs are done. */
export interface ToyDataProgress {
  readonly stage: 'inversion' | 'autoencoder';
  readonly done: number;
  readonly of: number;
}

/**
 * Generates toy data: feature model, coefficients, targets, then the autoencoder whose encoder makes
 * the inputs. Every random number comes from a stream of the data's seed, named for its purpose. Only
 * the inputs depend on the engine's arithmetic; coefficients and targets are the same with any.
 * @param seek where the inversion is done; makes no difference to any number
 * @throws Stopped when the pace's signal is set
 * @throws LabError when an option is out of range, or (`numeric`) when a computation diverges
 */
export async function generateToyData(
  options: ToyDataOptions,
  engine: Engine,
  pace: Pace,
  onProgress?: (progress: ToyDataProgress) => void,
  seek: SeedSeeker = seedSeeker(engine),
): Promise<ToyData> {
  requireOptions(options);
  throwIfStopped(pace.signal);
  const { seed, samples, inputDim, outputDim, features, autoencoder: training } = options;
  const report = (stage: ToyDataProgress['stage']) => (done: number, of: number) =>
    onProgress?.({ stage, done, of });
  const featureModel = drawFeatureModel(
    { ...features, features: features.count, outputDim },
    stream(seed, 'feature-model'),
  );
  const learn = (coefficients: Float32Array, own: Pace, progress: CountProgress) =>
    trainAutoencoder(
      coefficients,
      { seed, features: features.count, inputDim, activation: features.activation, training },
      engine,
      own,
      progress,
    );
  let truth: Truth;
  let autoencoder: Autoencoder;
  if (options.mode === 'forward') {
    truth = await deriveTruth(options, featureModel, pace);
    autoencoder = await learn(truth.coefficients, pace, report('autoencoder'));
  } else {
    const coefficients = wantedCoefficients(options);
    const later = heldBack(report('autoencoder'));
    // The one is done here, the other perhaps in other threads.
    [truth, autoencoder] = await sideBySide(
      pace,
      async (own) => {
        const found = await invertTruth(
          options,
          featureModel,
          coefficients,
          seek,
          own,
          report('inversion'),
        );
        later.release();
        return found;
      },
      (own) => learn(coefficients, own, later.report),
    );
  }
  throwIfStopped(pace.signal);
  const { encoder, decoder, losses } = autoencoder;
  const inputs = await engine.predict(encoder, truth.coefficients, pace);
  return {
    data: { samples, inputDim, outputDim, inputs, targets: truth.targets },
    coefficients: truth.coefficients,
    featureModel,
    encoder,
    decoder,
    autoencoderLosses: losses,
    inversion: truth.inversion,
  };
}

interface Truth {
  readonly coefficients: Float32Array;
  readonly targets: Float32Array;
  readonly inversion?: Inversion;
}

/** Mode `forward`: no activation follows the first hidden layer, so its features can be set to anything. */
async function deriveTruth(
  { seed, samples, features }: ToyDataOptions,
  model: Network,
  pace: Pace,
): Promise<Truth> {
  const sparsity = sparsityPerFeature(features.sparsity, features.count);
  const source = stream(seed, 'coefficients');
  const first = drawCoefficients(samples, sparsity.slice(0, model.layout.widths[1]), source);
  const evaluation = await evaluateFeatureModel(model, 'first-features', first, pace);
  return { coefficients: evaluation.features, targets: evaluation.outputs };
}

/** Mode `inverted`: what all features are to be. */
function wantedCoefficients({ seed, samples, features }: ToyDataOptions): Float32Array {
  const sparsity = sparsityPerFeature(features.sparsity, features.count);
  return drawCoefficients(samples, sparsity, stream(seed, 'coefficients'));
}

async function invertTruth(
  { seed, inversion: options }: ToyDataOptions,
  model: Network,
  coefficients: Float32Array,
  seek: SeedSeeker,
  pace: Pace,
  onProgress: CountProgress,
): Promise<Truth> {
  const inversion = await invertFeatures(
    model,
    coefficients,
    stream(seed, 'inversion'),
    pace,
    options,
    onProgress,
    seek,
  );
  const { outputs } = await evaluateFeatureModel(model, 'seeds', inversion.seeds, pace);
  return { coefficients, targets: outputs, inversion };
}

/** What would otherwise be found out only after minutes of work. */
function requireOptions(options: ToyDataOptions): void {
  requireCount(options.samples, 'samples');
  requireCount(options.inputDim, 'inputDim');
  requireCount(options.features.count, 'features.count');
  sparsityPerFeature(options.features.sparsity, options.features.count);
  requireTraining(options.autoencoder);
  requireInversion(options.inversion);
  requireOneOf(options.mode, ['inverted', 'forward'], 'mode');
  requireOneOf(options.features.activation, ACTIVATIONS, 'features.activation');
}
