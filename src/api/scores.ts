import type { z } from 'zod';
import type { DataSet } from '../core/data/dataSet';
import { invalid } from '../core/errors';
import type { Specimen } from '../core/network/specimen';
import { needsData, prunesWeights, type ScoreMethod } from '../core/pruning/methods';
import { movementInTraining } from '../core/pruning/movement';
import type { Norm } from '../core/pruning/request';
import { unitScores } from '../core/pruning/unitScores';
import { weightRanges } from '../core/pruning/weightMask';
import { weightScores } from '../core/pruning/weightScores';
import { stream } from '../core/random/streams';
import { permutation } from '../core/random/torch';
import { ADAM_DEFAULTS } from '../core/training/adam';
import { apart } from './checks/arrays';
import { checked } from './checks/checked';
import { checkedFittingData } from './checks/data';
import { checkedSpecimen } from './checks/networks';
import { scoreOptions } from './checks/options';
import { paceOf } from './stopping';
import type { TrainingOptions } from './training';

/** What to score. A method ignores the options that it does not need. */
export interface ScoreOptions {
  /**
   * Of units: `magnitude`, `inverse`, `taylor`, `taylor-gate`, `activation`, `apoz`, `random`; of weights: `weights`,
   * `snip`, `movement`. Upper and lower case are equal.
   */
  readonly method: ScoreMethod | 'APoZ' | 'SNIP';
  /** The samples that the specimen is trained on: `taylor`, `taylor-gate`, `activation`, `apoz`, `snip`, `movement`. */
  readonly data?: DataSet;
  /** `movement`: the training over which it is summed, on `data`. */
  readonly training?: Omit<TrainingOptions, 'dropout' | 'onEpoch'>;
  /** `magnitude` and `inverse`: by default `l1`. */
  readonly norm?: Norm;
  /** `magnitude` and `inverse`: whether to divide scores by their layer's mean; by default true. */
  readonly normalize?: boolean;
  /** `random`: by default 42. */
  readonly seed?: number;
}

/**
 * Scores by which units or weights are pruned, in float64. The lowest are pruned, except by `apoz` and `inverse`, where
 * the highest are. The formulas are in docs/science.md.
 * @returns for a score of units per hidden layer `[units]`; for one of weights per Linear layer `[outputs, inputs]`,
 *   row by row, with 0 for weights that are masked already
 * @throws Stopped when the training's signal is set
 * @throws LabError naming what is invalid or missing; (`numeric`) for `snip` scores that are undefined because all
 *   gradients are 0, and when training diverges
 */
export async function scores(specimen: Specimen, options: ScoreOptions): Promise<Float64Array[]> {
  const net = checkedSpecimen(specimen, 'specimen');
  const [given, others] = apart(options, 'data', 'options');
  const { method, training, norm, normalize, seed } = checked(scoreOptions, others, 'options');
  const data =
    given === undefined ? undefined : checkedFittingData(given, net, 'the specimen', 'data');
  if (needsData(method) || method === 'movement') requireGiven(data, 'data', method);
  if (!prunesWeights(method)) {
    const random = stream(seed, 'pruning', 'scores');
    return unitScores(net, { method, norm, normalize }, { data, random });
  }
  const movement =
    method === 'movement'
      ? await movementOf(
          net,
          requireGiven(data, 'data', method),
          requireGiven(training, 'training', method),
        )
      : undefined;
  const flat = weightScores(net, { method }, { data, movement });
  return weightRanges(net.layout).map(({ start, length }) => flat.slice(start, start + length));
}

/** Training as by `train`, with the same batches. */
function movementOf(
  specimen: Specimen,
  data: DataSet,
  { seed, epochs, batchSize, learningRate, epochsBefore, signal }: CheckedTraining,
): Promise<Float64Array> {
  const training = {
    adam: { ...ADAM_DEFAULTS, learningRate },
    batchSize,
    epochs,
    order: (epoch: number) =>
      permutation(stream(seed, 'batches', epochsBefore + epoch), data.samples),
  };
  return movementInTraining(specimen, data, training, paceOf({ signal }));
}

type CheckedTraining = NonNullable<z.output<typeof scoreOptions>['training']>;

function requireGiven<T>(value: T | undefined, field: string, method: ScoreMethod): T {
  if (value === undefined) throw invalid(`is missing: "${method}" needs it`, { field });
  return value;
}
