import { subset, type DataSet } from '../../src/core/data/dataSet';
import type { Engine, TrainingTask } from '../../src/core/engine/engine';
import { UNPACED } from '../../src/core/stop';
import { trainingDraws, type TrainingDraws } from '../../src/core/training/draws';
import { trainingAmount } from './amount';
import { engineNamed } from './engines';
import type { TrainJob, Work } from './job';

/** Training with one of the project's engines. */
export async function trainWork(job: TrainJob): Promise<Work> {
  const { engine, stacked } = await engineNamed(job.program);
  const { widths } = job.layout;
  const full = job.inputs.length / widths[0];
  const fullEpoch = Math.ceil(full / job.batchSize);
  const specimens = new Map<string, Specimen>();
  const specimenOf = (seed: number, samples: number): Specimen => {
    const key = `${seed} ${samples}`;
    const found = specimens.get(key) ?? drawSpecimen(job, seed, samples);
    specimens.set(key, found);
    return found;
  };
  const tasks = (seeds: readonly number[], samples: number, epochs: number): TrainingTask[] =>
    seeds.map((seed) => taskOf(job, specimenOf(seed, samples), epochs));
  return {
    async check() {
      const { specimens: count, samples, epochs } = job.check;
      return losses(engine, tasks(job.seeds.slice(0, count), samples, epochs));
    },
    async run(amount) {
      const plan = trainingAmount(amount, fullEpoch, job.seeds.length, stacked);
      const samples = Math.min(full, plan.steps * job.batchSize);
      const population = tasks(job.seeds.slice(0, plan.specimens), samples, plan.epochs);
      let units = 0;
      for await (const { stepLosses } of engine.train(population, UNPACED)) {
        units += stepLosses.length;
      }
      return units;
    },
  };
}

/** The training of the first seed, for one epoch of all samples. */
export function trainingTask(job: TrainJob): TrainingTask {
  const samples = job.inputs.length / job.layout.widths[0];
  return taskOf(job, drawSpecimen(job, job.seeds[0], samples), 1);
}

interface Specimen {
  readonly draws: TrainingDraws;
  readonly data: DataSet;
}

/** With PyTorch's sequence of draws, so that PyTorch trains on the same data. */
function drawSpecimen(job: TrainJob, seed: number, samples: number): Specimen {
  const { layout } = job;
  const draws = trainingDraws('torch', seed, { layout, samples, train: samples });
  const all = {
    samples: job.inputs.length / layout.widths[0],
    inputDim: layout.widths[0],
    outputDim: layout.widths[layout.widths.length - 1],
    inputs: job.inputs,
    targets: job.targets,
  };
  return { draws, data: subset(all, draws.split.train) };
}

function taskOf(job: TrainJob, { draws, data }: Specimen, epochs: number): TrainingTask {
  return {
    layout: job.layout,
    parameters: draws.initialParameters,
    data,
    optimizer: job.optimizer,
    ...job.treatment,
    batchSize: Math.min(job.batchSize, data.samples),
    epochs,
    order: (epoch) => draws.order(epoch),
  };
}

/** Losses of all steps, specimen by specimen. */
async function losses(engine: Engine, tasks: readonly TrainingTask[]): Promise<Float64Array> {
  const found: number[][] = tasks.map(() => []);
  for await (const { task, stepLosses } of engine.train(tasks, UNPACED)) {
    found[task].push(...stepLosses);
  }
  return Float64Array.from(found.flat());
}
