import { subset, type DataSet } from '../data/dataSet';
import { invalid } from '../errors';
import { layoutOf, type Layout } from '../network/layout';
import { trainingDraws, type TrainingDraws } from '../training/draws';
import type { ExperimentContext } from './context';
import { splitProblem, trainingSamples } from './split';

/** The random decisions of a seed, and its split of the data. */
export interface SeedData {
  readonly draws: TrainingDraws;
  readonly train: DataSet;
  readonly test: DataSet;
}

/** Limit on cached numbers in the split samples of all seeds: 64 MB. */
const CACHED_NUMBERS = 16e6;

/** Draws and splits of the latest seeds; legs in training hold a reference to theirs. */
export class SeedCache {
  private readonly seeds = new Map<number, SeedData>();

  constructor(private readonly context: ExperimentContext) {}

  /** @throws LabError when the split would leave no samples for training or testing */
  of(seed: number): SeedData {
    let found = this.seeds.get(seed);
    if (!found) {
      const { data } = this.context;
      found = draw(this.context, seed);
      const most = Math.max(
        1,
        Math.floor(CACHED_NUMBERS / (data.samples * (data.inputDim + data.outputDim))),
      );
      for (const oldest of this.seeds.keys()) {
        if (this.seeds.size < most) break;
        this.seeds.delete(oldest);
      }
      this.seeds.set(seed, found);
    }
    return found;
  }
}

function draw(context: ExperimentContext, seed: number): SeedData {
  const { specification, data } = context;
  const { trainShare } = specification.training;
  const problem = splitProblem(data.samples, trainShare);
  if (problem) {
    throw invalid(`${trainShare} is not allowed: ${problem}`, { field: 'training.trainShare' });
  }
  const draws = trainingDraws(specification.streams, seed, {
    layout: specimenLayout(context),
    samples: data.samples,
    train: trainingSamples(data.samples, trainShare),
  });
  const { train, test } = draws.split;
  return { draws, train: subset(data, train), test: subset(data, test) };
}

/** The unpruned specimen's layout. */
export function specimenLayout({ specification, data }: ExperimentContext): Layout {
  const { hidden, activation } = specification.specimen;
  return layoutOf([data.inputDim, ...hidden, data.outputDim], activation);
}
