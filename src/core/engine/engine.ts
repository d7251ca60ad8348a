import type { AttributionArithmetic } from '../attribution/arithmetic';
import type { DataSet } from '../data/dataSet';
import type { InversionProgram } from '../data/inversionProgram';
import type { MeasureArithmetic } from '../measures/arithmetic';
import type { Layout, Network } from '../network/layout';
import type { Xoshiro } from '../random/xoshiro';
import type { Pace } from '../stop';
import type { AdamOptions } from '../training/adam';
import type { OptimizerOptions, OptimizerState } from '../training/optimizer';
import type { Penalty } from '../training/penalty';

/** Names of the engines in specifications and commands. */
export type EngineName = 'simd' | 'typescript' | 'tensorflow';

/** One network to train. */
export interface TrainingTask {
  readonly layout: Layout;
  /** Initial parameters; not modified. */
  readonly parameters: Float32Array;
  readonly data: DataSet;
  readonly optimizer: OptimizerOptions;
  /** The learning rate of epoch 1, 2, … of the task, in place of the optimiser's; its state is kept. */
  readonly learningRates?: (epoch: number) => number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Order in which epoch 1, 2, … visits the samples; the last batch may be smaller. */
  readonly order: (epoch: number) => Uint32Array;
  /** Dropout after every hidden activation. */
  readonly dropout?: {
    /** Probability of dropping a unit, in [0, 1). */
    readonly probability: number;
    /** Random bits of an epoch's masks: per step and hidden layer `[batch, width]`, aligned to four draws. */
    readonly source: (epoch: number) => Xoshiro;
  };
  /** `[parameters]`: 1 where the parameter is trained, 0 where it is 0 from the start to the end. */
  readonly mask?: Uint8Array;
  /** Is minimised together with the mean squared error. */
  readonly penalty?: Penalty;
  /** Whether results hold {@link EpochResult.movement}. */
  readonly movement?: boolean;
  /** The optimiser's state at the start; not modified. By default that before a first step. */
  readonly state?: OptimizerState;
  /** Whether the last epoch's result holds {@link EpochResult.state}. */
  readonly keepState?: boolean;
}

/** One network after one epoch. */
export interface EpochResult {
  /** Index of the task. */
  readonly task: number;
  /** 1-based. */
  readonly epoch: number;
  /** `[steps]`: mean squared error of each batch before its update, without the penalty. */
  readonly stepLosses: Float64Array;
  /** A copy that the caller owns. */
  readonly parameters: Float32Array;
  /**
   * `[parameters]`: −Σ w·g over all steps since the task's start, in float32, where g is the gradient of
   * error and penalty, before weight decay, and w the parameter that it was computed at (Sanh et al. 2020).
   * If the task asks for it.
   */
  readonly movement?: Float32Array;
  /** The optimiser's state after the task's last epoch, if the task asks for it; a copy. */
  readonly state?: OptimizerState;
}

/**
 * Trains and runs networks. Engines differ only in speed and in the order in which they add floating-point
 * numbers; all pass the same conformance suite.
 */
export interface Engine {
  readonly name: EngineName;
  /** Name and version for people, e.g. `TensorFlow.js 4.22.0, backend tensorflow`. */
  readonly description: string;
  /**
   * Number of seeds whose specimens are best trained in one call: 1 where specimens are trained one after
   * another, so that a seed is finished before the next begins; more where specimens are stacked.
   */
  readonly seedsAtOnce: number;
  /**
   * Trains a population; every task's epochs come in order, tasks may interleave.
   * @throws Stopped when the pace's signal is set
   * @throws LabError (`invalid-input`) for a task that contradicts itself; (`unsupported`) for one that this
   *   engine does not support, naming the field; (`numeric`) when a loss is no longer finite, naming task, epoch and step
   */
  train(tasks: readonly TrainingTask[], pace: Pace): AsyncGenerator<EpochResult, void>;
  /** Outputs for many inputs: `[samples, inputs]` in, `[samples, outputs]` out; no dropout. */
  predict(network: Network, inputs: Float32Array, pace: Pace): Promise<Float32Array>;
  /**
   * A faster implementation of the inversion with the same bits; left out by engines without one.
   * @param samples number of samples to compute together
   */
  inversion?(
    model: Network,
    samples: number,
    adam: Omit<AdamOptions, 'learningRate'>,
  ): InversionProgram;
  /** A faster implementation of attributions with the same bits; left out by engines without one. */
  readonly attribution?: AttributionArithmetic;
  /** A faster implementation of the inner loops of measures with the same bits; left out by engines without one. */
  readonly measures?: MeasureArithmetic;
  /** Frees memory and other resources. */
  dispose(): void;
}
