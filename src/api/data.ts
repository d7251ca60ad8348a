import { subset, type DataSet } from '../core/data/dataSet';
import type { ToyData } from '../core/data/generate';
import { invalid, show } from '../core/errors';
import type { SpecificationInput } from '../core/experiment/specification';
import { splitProblem, trainingSamples } from '../core/experiment/split';
import { stream } from '../core/random/streams';
import { permutation } from '../core/random/torch';
import { generateToy } from '../node/compute/data/dataSources';
import { requireMemory } from '../node/experiments/resources';
import { checked, checkedExperiment } from './checks/checked';
import { checkedData } from './checks/data';
import * as options from './checks/options';
import { localEngine } from './engine';
import { paceOf, type Stoppable } from './stopping';

/** Progress of data generation. */
export interface DataProgress {
  readonly step: 'inversion' | 'autoencoder';
  readonly done: number;
  readonly of: number;
}

/** Options of {@link generateData}. */
export interface GenerateOptions extends Stoppable {
  readonly onProgress?: (progress: DataProgress) => void;
}

/**
 * Generates the toy data of an experiment in memory: inputs and targets, and the ground truth behind
 * them (coefficients, feature model, encoder). Equal specifications give equal data.
 * @param experiment as in `experiment.json`; defaults may be left out
 * @throws Stopped when the signal is set
 * @throws LabError naming what is invalid in the experiment, when its data is imported, or when this machine
 *   does not have enough memory
 */
export async function generateData(
  experiment: SpecificationInput,
  how: GenerateOptions = {},
): Promise<ToyData> {
  const specification = checkedExperiment(experiment);
  const { onProgress, signal } = checked(options.generateOptions, how, 'options');
  const { data } = specification;
  if (data.source !== 'generated') {
    throw invalid('the data is imported, so there is nothing to generate', {
      field: 'data.source',
    });
  }
  requireMemory(specification, { dataOnly: true, inMemory: true });
  const report = onProgress as GenerateOptions['onProgress'];
  const work = generateToy(specification, data, localEngine(), paceOf({ signal }));
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    if (next.value.type === 'data-progress') report?.(next.value);
  }
}

/** Training samples and test samples. */
export interface SplitData {
  readonly train: DataSet;
  readonly test: DataSet;
}

/**
 * Splits data at random, like a run with this seed.
 * @param trainShare in (0, 1); by default 0.7
 * @throws LabError naming what is invalid, or when a side would be empty
 */
export function splitData(data: DataSet, seed: number, trainShare?: number): SplitData {
  const samples = checkedData(data, 'data');
  const from = stream(checked(options.seed, seed, 'seed'), 'split');
  const share = checked(options.trainShare, trainShare, 'trainShare');
  const problem = splitProblem(samples.samples, share);
  if (problem) {
    throw invalid(`${show(share)} is not allowed: ${problem}`, { field: 'trainShare' });
  }
  const order = permutation(from, samples.samples);
  const train = trainingSamples(samples.samples, share);
  return {
    train: subset(samples, order.slice(0, train)),
    test: subset(samples, order.slice(train)),
  };
}
