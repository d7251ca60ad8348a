import type { Engine } from '../engine/engine';
import { requireOneOf } from '../errors';
import { ACTIVATIONS, type Activation, type Network } from '../network/layout';
import { delayedProgress, type CountProgress } from '../progress';
import { stream } from '../random/streams';
import { concurrently, throwIfStopped, type Pace } from '../stop';
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
  inversionSolver,
  type Inversion,
  type InversionOptions,
  type InversionSolver,
} from './inversion';
import type { LayerSizeBounds } from './layerSizes';
import { requireCount } from './requirements';

/**
 * How coefficients and targets are generated.
 *
 * `inverted`, as in the thesis: coefficients of all features are drawn independently, and the feature
 * model is inverted to find inputs that produce them. Deeper features depend on shallower ones, so the
 * drawn combination may be impossible; then the targets describe other features than the inputs do.
 *
 * `forward`: only the coefficients of the first hidden layer are drawn; deeper ones and the targets follow
 * from the model, so inputs and targets describe the same features. Deeper coefficients are then dependent,
 * rarely 0, and may be negative or above 1.
 */
export type ToyDataMode = 'inverted' | 'forward';

/** Parameters of generated data. */
export interface ToyDataOptions {
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  readonly samples: number;
  /** Width of the encoder's code: the inputs of a specimen. */
  readonly inputDim: number;
  readonly outputDim: number;
  readonly mode: ToyDataMode;
  readonly features: {
    /** Number of features F. */
    readonly count: number;
    /**
     * Probability that a feature is absent: one for all, or F of them. Mode `forward` uses only those of
     * the first hidden layer.
     */
    readonly sparsity: number | readonly number[];
    readonly importance?: Importance;
    readonly importanceBound?: number;
    /** Features on each hidden layer of the feature model, summing to F; drawn if left out. */
    readonly hidden?: readonly number[];
    /** Bounds of drawn widths. */
    readonly layerSize?: LayerSizeBounds;
    /** Used by the feature model and by the autoencoder. */
    readonly activation: Activation;
  };
  readonly autoencoder: AutoencoderTraining;
  /** Used by mode `inverted`; by default as in the thesis. */
  readonly inversion?: Partial<InversionOptions>;
}

/** Data with known ground truth. */
export interface ToyData {
  /** Inputs: encoded coefficients. Targets: the feature model's outputs. */
  readonly data: DataSet;
  /** `[samples, F]`: the encoder's input. */
  readonly coefficients: Float32Array;
  readonly featureModel: Network;
  readonly encoder: Network;
  readonly decoder: Network;
  /** `[epochs]` */
  readonly autoencoderLosses: Float64Array;
  /** Mode `inverted` only: the feature model's inputs behind the targets, and their errors. */
  readonly inversion?: Inversion;
}

/** Progress of the generator, in samples or epochs. */
export interface ToyDataProgress {
  readonly stage: 'inversion' | 'autoencoder';
  readonly done: number;
  readonly of: number;
}

/**
 * Generates toy data: feature model, coefficients, targets, then the autoencoder, whose encoder computes
 * the inputs. Every random number comes from a stream of the data's seed, named for its purpose. Only
 * the inputs depend on the engine's arithmetic; coefficients and targets are the same with any engine.
 * @param solve inverts the feature model; does not change any number
 * @throws Stopped when the pace's signal is set
 * @throws LabError when an option is out of range, or (`numeric`) when a computation diverges
 */
export async function generateToyData(
  options: ToyDataOptions,
  engine: Engine,
  pace: Pace,
  onProgress?: (progress: ToyDataProgress) => void,
  solve: InversionSolver = inversionSolver(engine),
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
    const later = delayedProgress(report('autoencoder'));
    // Run concurrently, since the inversion may use other threads.
    [truth, autoencoder] = await concurrently(
      pace,
      async (own) => {
        const found = await invertTruth(
          options,
          featureModel,
          coefficients,
          solve,
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

/** Mode `forward`. The first hidden layer is linear, so its features can be set to any value. */
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

/** Mode `inverted`: the drawn coefficients of all features. */
function wantedCoefficients({ seed, samples, features }: ToyDataOptions): Float32Array {
  const sparsity = sparsityPerFeature(features.sparsity, features.count);
  return drawCoefficients(samples, sparsity, stream(seed, 'coefficients'));
}

async function invertTruth(
  { seed, inversion: options }: ToyDataOptions,
  model: Network,
  coefficients: Float32Array,
  solve: InversionSolver,
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
    solve,
  );
  const { outputs } = await evaluateFeatureModel(model, 'seeds', inversion.seeds, pace);
  return { coefficients, targets: outputs, inversion };
}

/** Checks options first that would otherwise fail only after minutes of work. */
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
