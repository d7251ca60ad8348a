import { meanLoss } from '../core/experiment/predictionError';
import type { z } from 'zod';
import type { DataSet } from '../core/data/dataSet';
import type { TrainingTask } from '../core/engine/engine';
import { legName, legOf } from '../core/experiment/plan';
import type { Specimen } from '../core/network/specimen';
import { stream } from '../core/random/streams';
import { permutation } from '../core/random/torch';
import { Xoshiro } from '../core/random/xoshiro';
import { ADAM_DEFAULTS } from '../core/training/adam';
import { listOf } from './checks/arrays';
import { checked } from './checks/checked';
import { checkedData, requireFit } from './checks/data';
import { checkedSpecimen } from './checks/networks';
import { trainingOptions } from './checks/options';
import { localEngine } from './engine';
import { paceOf, type Stoppable } from './stopping';

/** A specimen after an epoch. */
export interface TrainedEpoch {
  /** Index of the specimen in the population. */
  readonly index: number;
  /** 1-based. */
  readonly epoch: number;
  /** Mean squared error over the epoch's samples, each before its batch's update. */
  readonly trainLoss: number;
  readonly specimen: Specimen;
}

/** Training options; the defaults are those of `experiment.json`. */
export interface TrainingOptions extends Stoppable {
  /** Determines the order of samples, and dropout. */
  readonly seed: number;
  /** By default 50. */
  readonly epochs?: number;
  /** By default 64; the last batch may be smaller. */
  readonly batchSize?: number;
  /** By default 0.001. */
  readonly learningRate?: number;
  /** Probability of dropping a hidden unit, in (0, 1); by default no dropout. */
  readonly dropout?: number;
  /** Number of epochs trained before, so that retraining visits samples in orders of its own. */
  readonly epochsBefore?: number;
  /** Called after every epoch of every specimen. */
  readonly onEpoch?: (epoch: TrainedEpoch) => void;
}

/**
 * Trains a specimen by Adam on the mean squared error; the given specimen is not modified. With the split and
 * the seed of a run, the results are those of the run. Masked weights remain 0.
 * @throws Stopped when the signal is set
 * @throws LabError naming what is invalid in specimen, samples or options; (`numeric`) when training diverges
 */
export async function train(
  specimen: Specimen,
  samples: DataSet,
  options: TrainingOptions,
): Promise<Specimen> {
  const net = checkedSpecimen(specimen, 'specimen');
  const [trained] = await trainAll([net], ['the specimen'], samples, options);
  return trained;
}

/**
 * Trains specimens on the same samples in the same order, each like {@link train}.
 * @throws Stopped, LabError as {@link train}
 */
export async function trainPopulation(
  specimens: readonly Specimen[],
  samples: DataSet,
  options: TrainingOptions,
): Promise<Specimen[]> {
  const nets = listOf(specimens, 'specimens').map((net, i) =>
    checkedSpecimen(net, `specimens[${i}]`),
  );
  return trainAll(
    nets,
    nets.map((_, i) => `specimens[${i}]`),
    samples,
    options,
  );
}

/** @param names of the specimens, for messages */
async function trainAll(
  specimens: readonly Specimen[],
  names: readonly string[],
  samples: DataSet,
  options: TrainingOptions,
): Promise<Specimen[]> {
  const data = checkedData(samples, 'samples');
  specimens.forEach((specimen, i) => requireFit(specimen, data, names[i], 'samples'));
  const { signal, onEpoch, ...how } = checked(trainingOptions, options, 'options');
  const report = onEpoch as TrainingOptions['onEpoch'];
  const trained = [...specimens];
  const tasks = specimens.map((specimen) => taskOf(specimen, data, how));
  for await (const result of localEngine().train(tasks, paceOf({ signal }))) {
    const { task: index, epoch, parameters, stepLosses } = result;
    trained[index] = { ...specimens[index], parameters };
    report?.({
      index,
      epoch,
      trainLoss: meanLoss(stepLosses, data.samples, tasks[index].batchSize),
      specimen: trained[index],
    });
  }
  return trained;
}

type CheckedOptions = Omit<z.output<typeof trainingOptions>, 'signal' | 'onEpoch'>;

function taskOf(
  { layout, parameters, mask }: Specimen,
  data: DataSet,
  { seed, epochs, batchSize, learningRate, dropout, epochsBefore }: CheckedOptions,
): TrainingTask {
  return {
    layout,
    parameters,
    mask,
    data,
    optimizer: { kind: 'adam', ...ADAM_DEFAULTS, learningRate },
    batchSize: Math.min(batchSize, data.samples),
    epochs,
    order: (epoch) => permutation(stream(seed, 'batches', epochsBefore + epoch), data.samples),
    dropout:
      dropout === undefined
        ? undefined
        : {
            probability: dropout,
            source: (epoch) => new Xoshiro(dropoutStream(seed, epochsBefore + epoch)),
          },
  };
}

function dropoutStream(seed: number, epoch: number): ReturnType<typeof stream> {
  return stream(seed, 'dropout', legName(legOf({ seed, arm: 'dropout' })), epoch);
}
