import type { AttributionMethod } from '../../src/core/attribution/request';
import type { DataSet } from '../../src/core/data/dataSet';
import type { ExperimentContext } from '../../src/core/experiment/context';
import type { Layout, Network } from '../../src/core/network/layout';
import type { AdamOptions } from '../../src/core/training/adam';

/** Training a population, one network after another or stacked. */
export interface TrainJob {
  readonly kind: 'train';
  /** Ours: an engine's name; PyTorch: `usual`, `dataloader`, `stacked`. */
  readonly program: string;
  readonly layout: Layout;
  readonly batchSize: number;
  readonly adam: AdamOptions;
  /** One specimen each. */
  readonly seeds: readonly number[];
  /** `[samples, inputs]` */
  readonly inputs: Float32Array;
  /** `[samples, outputs]` */
  readonly targets: Float32Array;
  /** What is trained to see that all sides compute the same; the result is the loss of every step. */
  readonly check: {
    readonly specimens: number;
    readonly samples: number;
    readonly epochs: number;
  };
}

/** Attribution matrices of several specimens; the result is the first ones' values. */
export interface AttributeJob {
  readonly kind: 'attribute';
  /** Ours: an engine's name; PyTorch: see `bench/pytorch/attribution.py`. */
  readonly program: string;
  readonly method: AttributionMethod;
  /** Of integrated gradients. */
  readonly steps: number;
  readonly encoder: Network;
  readonly specimens: readonly Network[];
  /** Matrices that the result holds. */
  readonly checked: number;
  /** If any, the result holds these neurons and features only. */
  readonly cells: readonly (readonly [number, number])[];
}

/** Inverting a feature model; the result is the error of each checked sample. */
export interface InvertJob {
  readonly kind: 'invert';
  /** Ours: an engine's name; PyTorch: `loop`, `batched`. */
  readonly program: string;
  readonly model: Network;
  /** `[samples, F]` */
  readonly wanted: Float32Array;
  /** `[samples, inputs]` */
  readonly starts: Float32Array;
  readonly steps: number;
  readonly learningRate: number;
  /** Samples that are inverted to see that all sides compute the same. */
  readonly checked: { readonly ours: number; readonly loop: number; readonly batched: number };
}

/** Measuring a specimen as an experiment does it; the result is the attribution matrix. */
export interface MeasureJob {
  readonly kind: 'measure';
  readonly context: ExperimentContext;
  readonly specimen: Network;
  readonly test: DataSet;
}

/**
 * One function of the SIMD kernel, again and again on data in the cache; the result is empty. Those that
 * leave out what is 0 (`multiplyOpen`, `descend`) get factors of which every other element is 0.
 */
export interface KernelJob {
  readonly kind: 'kernel';
  readonly program: 'multiply' | 'multiplyOpen' | 'descend' | 'transpose';
  /** Of `descend`: whether the deltas come from behind gates. */
  readonly open?: boolean;
  /** Products: out is `[rows, columns]`. The others: a matrix `[rows, columns]`. */
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A piece of work, as plain data: it crosses to threads and processes. */
export type Job = TrainJob | AttributeJob | InvertJob | MeasureJob | KernelJob;

/** A job that is ready to be done. */
export interface Work {
  /** Computes what all sides must agree on. */
  check(): Promise<Float64Array>;
  /**
   * Does about so much of it.
   * @returns units done: steps of a specimen, matrices, samples, calls
   */
  run(amount: number): Promise<number>;
}
