import type { EpochResult, Engine, TrainingTask } from '../../../src/core/engine/engine';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layoutOf, type Activation, type Layout } from '../../../src/core/network/layout';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { stream } from '../../../src/core/random/streams';
import { permutation, uniformBetween } from '../../../src/core/random/torch';
import { Xoshiro } from '../../../src/core/random/xoshiro';
import { UNPACED, type Pace } from '../../../src/core/stop';
import { ADAM_DEFAULTS, type AdamOptions } from '../../../src/core/training/adam';
import type { OptimizerOptions } from '../../../src/core/training/optimizer';
import type { DataSet } from '../../../src/core/data/dataSet';

/** `length` numbers in [−1, 1). */
export function randomValues(seed: number, length: number): Float32Array {
  const generator = MersenneTwister.fromSeed(seed);
  return Float32Array.from({ length }, () => uniformBetween(generator, -1, 1));
}

export function randomData(seed: number, samples: number, layout: Layout): DataSet {
  const inputDim = layout.widths[0];
  const outputDim = layout.widths[layout.widths.length - 1];
  return {
    samples,
    inputDim,
    outputDim,
    inputs: randomValues(seed, samples * inputDim),
    targets: randomValues(seed + 1, samples * outputDim),
  };
}

type Treatment = Pick<
  TrainingTask,
  'learningRates' | 'mask' | 'penalty' | 'movement' | 'state' | 'keepState'
>;

/** Fields of a task that a test sets; the others have usual values. */
export interface TaskOptions extends Treatment {
  readonly widths: readonly number[];
  readonly activations?: readonly Activation[];
  readonly seed?: number;
  readonly samples?: number;
  readonly parameters?: Float32Array;
  readonly data?: DataSet;
  readonly batchSize?: number;
  readonly epochs?: number;
  /** Of Adam. */
  readonly adam?: Partial<AdamOptions>;
  /** In place of Adam. */
  readonly optimizer?: OptimizerOptions;
  readonly dropout?: number;
}

/** A task with ReLU and random data, parameters and orders. */
export function taskOf(options: TaskOptions): TrainingTask {
  const { widths, seed = 1, samples = 7, batchSize = 3, epochs = 3, dropout } = options;
  const { learningRates, mask, penalty, movement, state, keepState } = options;
  const layout = options.activations
    ? { widths, activations: options.activations }
    : layoutOf(widths, 'relu');
  const data = options.data ?? randomData(seed, samples, layout);
  return {
    layout,
    parameters:
      options.parameters ?? torchLinearInitialisation(layout, stream(seed, 'initialisation')),
    data,
    optimizer: options.optimizer ?? {
      kind: 'adam',
      learningRate: 0.01,
      ...ADAM_DEFAULTS,
      ...options.adam,
    },
    batchSize,
    epochs,
    order: (epoch) => permutation(stream(seed, 'batches', epoch), data.samples),
    ...{ learningRates, mask, penalty, movement, state, keepState },
    ...(dropout === undefined
      ? {}
      : {
          dropout: {
            probability: dropout,
            source: (epoch) => new Xoshiro(stream(seed, 'dropout', epoch)),
          },
        }),
  };
}

/** All results, as they come. */
export async function train(
  engine: Engine,
  tasks: readonly TrainingTask[],
  pace: Pace = UNPACED,
): Promise<EpochResult[]> {
  const results: EpochResult[] = [];
  for await (const result of engine.train(tasks, pace)) results.push(result);
  return results;
}
