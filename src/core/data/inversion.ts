import type { Engine } from '../engine/engine';
import { LabError } from '../errors';
import { neuronCount, type Network } from '../network/layout';
import type { CountProgress } from '../progress';
import type { BitSource } from '../random/bitSource';
import { normal } from '../random/normal';
import { OPERATIONS_PER_YIELD, Pacer, throwIfStopped, type Pace } from '../stop';
import { ADAM_DEFAULTS, nextAdamStep } from '../training/adam';
import { featuresOf } from './featureEvaluation';
import { InversionBlock } from './inversionBlock';
import type { InversionProgram } from './inversionProgram';
import { requireCount, requirePositive } from './requirements';

/** Settings of the inversion. */
export interface InversionOptions {
  readonly learningRate: number;
  readonly steps: number;
  /** A sample counts as approximate when the error of any feature exceeds this. */
  readonly tolerance: number;
  /** Samples computed together; does not change any number. */
  readonly blockSize: number;
}

/** The settings of the thesis; with this block size, arrays of 128 features fit a 512 kB cache. */
export const INVERSION_DEFAULTS: InversionOptions = {
  learningRate: 0.01,
  steps: 1000,
  tolerance: 0.01,
  blockSize: 32,
};

/** Summary of the errors of all samples. */
export interface InversionSummary {
  /** Share of approximate samples, in [0, 1]. */
  readonly approximateShare: number;
  /** Mean of the samples' errors. */
  readonly meanError: number;
  /** Largest error of any sample. */
  readonly maximumError: number;
}

/** Inputs of the feature model that approximate the wanted features. */
export interface Inversion {
  /** `[samples, inputs]`; a drawn feature model has as many inputs as features. */
  readonly seeds: Float32Array;
  /** `[samples]`: max_f |feature_f − wanted_f| */
  readonly errors: Float32Array;
  /** `[samples]`: 1 where the error is above the tolerance. */
  readonly approximate: Uint8Array;
  readonly summary: InversionSummary;
}

/** Estimated cost of a normal draw, for pacing. */
const OPERATIONS_PER_NORMAL = 200;

/** The input of an inversion: model, wanted features and starting points. */
export interface InversionProblem {
  readonly model: Network;
  /** `[samples, F]` */
  readonly wanted: Float32Array;
  /** `[samples, inputs]` */
  readonly starts: Float32Array;
  readonly options: InversionOptions;
}

/** Seeds `[samples, inputs]` and each sample's error `[samples]`. */
export type InversionSolution = Pick<Inversion, 'seeds' | 'errors'>;

/**
 * Finds the seeds of all samples. Samples are independent, so dividing them does not change any number.
 * @throws Stopped when the pace's signal is set
 * @throws LabError (`numeric`) when a sample's features are no longer finite
 */
export type InversionSolver = (
  problem: InversionProblem,
  pace: Pace,
  onProgress?: CountProgress,
) => Promise<InversionSolution>;

/**
 * Finds inputs of the feature model that produce the wanted features (`get_seed` of the thesis): from a
 * standard normal start, `steps` steps of Adam on each sample's own (1/F) Σ_f (feature − wanted)². It
 * always makes all steps, since stopping early would change results. Where layers depend on each other
 * such inputs may not exist; then the result is a compromise.
 *
 * Starts are drawn sample by sample, so sample s depends only on its own position in the stream.
 * @param wanted coefficients `[samples, F]`
 * @param solve does not change any number
 * @throws Stopped when the pace's signal is set
 * @throws LabError (`numeric`) when a sample's features are no longer finite
 */
export async function invertFeatures(
  model: Network,
  wanted: Float32Array,
  source: BitSource,
  pace: Pace,
  options: Partial<InversionOptions> = {},
  onProgress?: CountProgress,
  solve: InversionSolver = inversionSolver(),
): Promise<Inversion> {
  const complete = requireInversion(options);
  const samples = wanted.length / neuronCount(model.layout);
  throwIfStopped(pace.signal);
  const starts = await drawStarts(samples, model.layout.widths[0], source, new Pacer(pace));
  const problem = { model, wanted, starts, options: complete };
  const { seeds, errors } = await solve(problem, pace, onProgress);
  const approximate = Uint8Array.from(errors, (error) => (error > complete.tolerance ? 1 : 0));
  return { seeds, errors, approximate, summary: summarise(errors, approximate) };
}

/** A solver in this thread, using the engine's inversion if it has one, otherwise plain TypeScript. */
export function inversionSolver(engine?: Pick<Engine, 'inversion'>): InversionSolver {
  return async ({ model, wanted, starts, options }, pace, onProgress) => {
    const { learningRate, steps, blockSize } = options;
    const [inputs] = model.layout.widths;
    const F = neuronCount(model.layout);
    const samples = wanted.length / F;
    const adam = { ...ADAM_DEFAULTS, learningRate };
    const pacer = new Pacer(pace);
    const seeds = starts.slice();
    const errors = new Float32Array(samples);
    const together = Math.min(blockSize, samples);
    const program: InversionProgram =
      engine?.inversion?.(model, together, adam) ?? new InversionBlock(model, together, adam);
    const { block, operations } = program;
    const stepsPerYield = Math.ceil(OPERATIONS_PER_YIELD / operations);
    try {
      for (let first = 0; first < samples; first += block) {
        const end = Math.min(first + block, samples);
        const blockSeeds = seeds.subarray(first * inputs, end * inputs);
        const blockWanted = wanted.subarray(first * F, end * F);
        program.load(blockSeeds, blockWanted);
        const powers = { beta1Power: 1, beta2Power: 1 };
        for (let step = 0; step < steps; step += stepsPerYield) {
          const length = Math.min(stepsPerYield, steps - step);
          await pacer.spend(length * operations);
          program.run(Array.from({ length }, () => nextAdamStep(powers, adam)));
        }
        program.store(blockSeeds);
        // From the float32 seeds that are returned, not the float64 ones that were optimised.
        const features = featuresOf(model, blockSeeds);
        measureErrors(features, blockWanted, errors.subarray(first, end), first);
        onProgress?.(end, samples);
      }
    } finally {
      program.dispose?.();
    }
    return { seeds, errors };
  };
}

/**
 * The settings with defaults filled in.
 * @throws LabError when a setting is out of range, naming it as in `ToyDataOptions`
 */
export function requireInversion(options: Partial<InversionOptions> = {}): InversionOptions {
  const complete = { ...INVERSION_DEFAULTS, ...options };
  requirePositive(complete.learningRate, 'inversion.learningRate');
  requireCount(complete.steps, 'inversion.steps');
  requirePositive(complete.tolerance, 'inversion.tolerance');
  requireCount(complete.blockSize, 'inversion.blockSize');
  return complete;
}

async function drawStarts(
  samples: number,
  inputs: number,
  source: BitSource,
  pacer: Pacer,
): Promise<Float32Array> {
  const starts = new Float32Array(samples * inputs);
  for (let s = 0; s < samples; s++) {
    await pacer.spend(OPERATIONS_PER_NORMAL * inputs);
    for (let i = s * inputs; i < (s + 1) * inputs; i++) starts[i] = normal(source);
  }
  return starts;
}

function measureErrors(
  features: Float32Array,
  wanted: Float32Array,
  errors: Float32Array,
  first: number,
): void {
  const F = wanted.length / errors.length;
  for (let s = 0; s < errors.length; s++) {
    for (let i = s * F; i < (s + 1) * F; i++) {
      errors[s] = Math.max(errors[s], Math.abs(features[i] - wanted[i]));
    }
    if (Number.isFinite(errors[s])) continue;
    throw new LabError(
      'numeric',
      `the inversion diverged: the error of sample ${first + s} is ${errors[s]}; smaller weights may help`,
      { field: 'features.importance' },
    );
  }
}

function summarise(errors: Float32Array, approximate: Uint8Array): InversionSummary {
  const sum = (values: Float32Array | Uint8Array): number => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  return {
    approximateShare: sum(approximate) / errors.length,
    meanError: sum(errors) / errors.length,
    maximumError: errors.reduce((largest, error) => Math.max(largest, error), 0),
  };
}
