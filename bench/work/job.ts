import type { Coefficients } from '../../src/core/attribution/probe';
import type { AttributionMethod } from '../../src/core/attribution/request';
import type { DataSet } from '../../src/core/data/dataSet';
import type { TrainingTask } from '../../src/core/engine/engine';
import type { ExperimentContext } from '../../src/core/experiment/context';
import type { Layout, Network } from '../../src/core/network/layout';
import type { OptimizerOptions } from '../../src/core/training/optimizer';

/** Training a population, one network after another or stacked. */
export interface TrainJob {
  readonly kind: 'train';
  /**
   * Ours: an engine's name, `simd` with a kernel's behind a colon (`simd:wasm`); PyTorch: `usual`,
   * `dataloader`, `stacked`.
   */
  readonly program: string;
  readonly layout: Layout;
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  /** What is trained otherwise; ours alone. */
  readonly treatment?: Pick<TrainingTask, 'mask' | 'penalty' | 'movement'>;
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
  /** Steps of integrated gradients. */
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

/** The distribution probe of a specimen; the result is the matrix. */
export interface ProbeJob {
  readonly kind: 'probe';
  /** As engines of a {@link TrainJob}. */
  readonly program: string;
  readonly encoder: Network;
  readonly specimen: Network;
  /** Of the samples that are read. */
  readonly coefficients: Coefficients;
}

/** A product of the kernel alone, again and again on data in the cache; the result is empty. */
export interface ProductJob {
  readonly kind: 'product';
  /** Ours: as engines of a {@link TrainJob}; NumPy: `openblas`, or `call`, what a call of it costs. */
  readonly program: string;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Training steps of the kernel alone that end after a phase of `src/kernel/training.h`; the result is empty. */
export interface PhaseJob {
  readonly kind: 'phase';
  readonly program: string;
  readonly train: TrainJob;
  readonly until: number;
}

/** A piece of work, as plain data: it crosses to threads and processes. */
export type Job =
  TrainJob | AttributeJob | InvertJob | MeasureJob | ProbeJob | ProductJob | PhaseJob;

/** A job that is ready to be done. */
export interface Work {
  /** Computes the result on which all sides must agree. */
  check(): Promise<Float64Array>;
  /**
   * Does about so much of it.
   * @returns units done: steps of a specimen, matrices, samples, calls
   */
  run(amount: number): Promise<number>;
}
