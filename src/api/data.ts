import { subset, type DataSet } from '../core/data/dataSet';
import type { ToyData } from '../core/data/generate';
import { invalid } from '../core/errors';
import type { Specification } from '../core/experiment/specification';
import { splitProblem, trainingSamples } from '../core/experiment/split';
import { stream } from '../core/random/streams';
import { permutation } from '../core/random/torch';
import { generateToy } from '../node/dataSources';
import { requireMemory } from '../node/planRoom';
import { localEngine } from './engine';
import { paceOf, type Stoppable } from './stopping';

/** How far the generation of data is. */
export interface DataProgress {
  readonly step: 'inversion' | 'autoencoder';
  readonly done: number;
  readonly of: number;
}

/** How to generate data. */
export interface GenerateOptions extends Stoppable {
  readonly onProgress?: (progress: DataProgress) => void;
}

/**
 * Generates the toy data of an experiment, in memory: inputs and targets, and the ground truth behind
 * them (coefficients, feature model, encoder). Equal specifications give equal data.
 * @throws Stopped when the signal is set
 * @throws LabError when the experiment imports its data, or this machine cannot hold it
 */
export async function generateData(
  experiment: Specification,
  options: GenerateOptions = {},
): Promise<ToyData> {
  const { data } = experiment;
  if (data.source !== 'generated') {
    throw invalid('the data is imported, there is nothing to generate', { field: 'data.source' });
  }
  requireMemory(experiment, { dataOnly: true, inMemory: true });
  const work = generateToy(experiment, data, localEngine(), paceOf(options));
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    if (next.value.type === 'data-progress') options.onProgress?.(next.value);
  }
}

/** Samples to train on and samples to test on. */
export interface SplitData {
  readonly train: DataSet;
  readonly test: DataSet;
}

/**
 * Splits data at random, as a run of this seed does.
 * @param trainShare in (0, 1); 0.7 unless given
 * @throws LabError when a side would be empty
 */
export function splitData(data: DataSet, seed: number, trainShare = 0.7): SplitData {
  const problem = splitProblem(data.samples, trainShare);
  if (problem) throw invalid(problem, { field: 'trainShare' });
  const order = permutation(stream(seed, 'split'), data.samples);
  const train = trainingSamples(data.samples, trainShare);
  return {
    train: subset(data, order.slice(0, train)),
    test: subset(data, order.slice(train)),
  };
}
