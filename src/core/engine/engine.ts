import type { AttributionArithmetic } from '../attribution/arithmetic';
import type { DataSet } from '../data/dataSet';
import type { InversionProgram } from '../data/inversionProgram';
import type { Layout, Network } from '../network/layout';
import type { Xoshiro } from '../random/xoshiro';
import type { Pace } from '../stop';
import type { AdamOptions } from '../training/adam';

/** Names as users write them. */
export type EngineName = 'simd' | 'typescript' | 'tensorflow';

/** One network to train. */
export interface TrainingTask {
  readonly layout: Layout;
  /** Where training starts; left as it is. */
  readonly parameters: Float32Array;
  readonly data: DataSet;
  readonly adam: AdamOptions;
  readonly batchSize: number;
  readonly epochs: number;
  /** Order in which epoch 1, 2, … visits the samples; the last batch may be smaller. */
  readonly order: (epoch: number) => Uint32Array;
  /** Dropout after every hidden activation. */
  readonly dropout?: {
    /** Probability of dropping a unit, in [0, 1). */
    readonly probability: number;
    /** Bits of an epoch's masks: per step and hidden layer `[batch, width]`, aligned to four. */
    readonly source: (epoch: number) => Xoshiro;
  };
}

/** One network after one epoch. */
export interface EpochResult {
  /** Index of the task. */
  readonly task: number;
  /** 1-based. */
  readonly epoch: number;
  /** `[steps]`: mean squared error of each batch before its update. */
  readonly stepLosses: Float64Array;
  /** A copy: the caller's to keep. */
  readonly parameters: Float32Array;
}

/**
 * Where networks are trained and run. Engines differ in speed and in the order in which they add
 * floating-point numbers, in nothing else: the same conformance suite holds for all.
 */
export interface Engine {
  readonly name: EngineName;
  /** What computes, for people: e.g. `TensorFlow.js 4.22.0, backend tensorflow`. */
  readonly description: string;
  /**
   * Seeds whose specimens are best handed over together: 1 where specimens are trained one after
   * another, so that one seed is finished before the next begins; more where they are stacked.
   */
  readonly seedsAtOnce: number;
  /**
   * Trains a population; every task's epochs come in order, tasks may interleave.
   * @throws Stopped when the pace's signal is set
   * @throws LabError (`numeric`) when a loss is no longer finite, naming task, epoch and step
   */
  train(tasks: readonly TrainingTask[], pace: Pace): AsyncGenerator<EpochResult, void>;
  /** Outputs for many inputs: `[samples, inputs]` in, `[samples, outputs]` out; no dropout. */
  predict(network: Network, inputs: Float32Array, pace: Pace): Promise<Float32Array>;
  /**
   * A faster program for the inversion of a feature model, with the same bits; left out: there is none
   * but the TypeScript one.
   * @param samples how many are to be worked on together
   */
  inversion?(
    model: Network,
    samples: number,
    adam: Omit<AdamOptions, 'learningRate'>,
  ): InversionProgram;
  /** Computes attributions faster, with the same bits; left out: plain TypeScript does. */
  readonly attribution?: AttributionArithmetic;
  /** Frees what the engine holds. */
  dispose(): void;
}
