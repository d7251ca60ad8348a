import { STACKED_SEEDS } from '../../../core/engine/tensorflow/tensorflowEngine';
import type { Engine, TrainingTask } from '../../../core/engine/engine';
import { planSeed } from '../../../core/experiment/plan';
import type { Specification } from '../../../core/experiment/specification';
import { torchLinearInitialisation } from '../../../core/network/initialise';
import { layoutOf, type Activation } from '../../../core/network/layout';
import { stream } from '../../../core/random/streams';
import { Xoshiro } from '../../../core/random/xoshiro';
import { ADAM_DEFAULTS } from '../../../core/training/adam';
import type { StopSignal } from '../../../core/stop';
import { trainingSamples } from '../../../core/experiment/split';
import { nodePace } from '../../files/eventLoop';

/** Training that represents an experiment's. Plain data, so that it can be sent and stored. */
export interface Workload {
  readonly widths: readonly number[];
  readonly activation: Activation;
  readonly batchSize: number;
  /** Dropout probability of every other specimen. */
  readonly dropout?: number;
  /** Specimens of one seed that are trained together; they share their batches. */
  readonly perSeed: number;
  readonly seeds: number;
}

/** Widths of imported data are unknown before it is read; they matter little beside the hidden ones. */
const ASSUMED = { inputs: 8, outputs: 2 } as const;
const BUDGET_MS = 200;
const MIN_STEPS = 2;
const MAX_STEPS = 32;

/** The workload of a run's largest stage, for engines that train several seeds at once. */
export function workloadOf(specification: Specification): Workload {
  const { data, specimen, seeds } = specification;
  const { inputs, outputs } = data.source === 'generated' ? data : ASSUMED;
  const plan = planSeed(specification, seeds[0]);
  return {
    widths: [inputs, ...specimen.hidden, outputs],
    activation: specimen.activation,
    batchSize: batchSizeOf(specification),
    dropout: specimen.dropoutTwin,
    perSeed: Math.max(plan.training.length, plan.retraining.length),
    seeds: Math.min(seeds.length, STACKED_SEEDS),
  };
}

/** The batch size, at most the size of the training set. */
function batchSizeOf({ data, training }: Specification): number {
  const { batchSize, trainShare } = training;
  if (data.source !== 'generated') return batchSize;
  return Math.min(batchSize, trainingSamples(data.samples, trainShare));
}

/**
 * Trains a few steps and returns the milliseconds of one step of one specimen: the minimum of several
 * measurements, after a warm-up.
 */
export async function timeStep(
  engine: Engine,
  workload: Workload,
  signal?: StopSignal,
): Promise<number> {
  const timeOf = async (steps: number): Promise<number> => {
    const tasks = tasksOf(workload, steps);
    const start = performance.now();
    const results = engine.train(tasks, nodePace(signal));
    while (!(await results.next()).done);
    return (performance.now() - start) / (steps * tasks.length);
  };
  const start = performance.now();
  await timeOf(1);
  const warmUp = performance.now() - start;
  const fitting = Math.floor(BUDGET_MS / 3 / warmUp);
  const steps = Math.min(MAX_STEPS, Math.max(MIN_STEPS, fitting));
  let least = await timeOf(steps);
  while (performance.now() - start < BUDGET_MS) least = Math.min(least, await timeOf(steps));
  return least;
}

function tasksOf(workload: Workload, steps: number): TrainingTask[] {
  const { widths, activation, batchSize, dropout, perSeed, seeds } = workload;
  const layout = layoutOf(widths, activation);
  const parameters = torchLinearInitialisation(layout, stream(0, 'initialisation'));
  const samples = steps * batchSize;
  const [inputDim, outputDim] = [widths[0], widths[widths.length - 1]];
  const wave = (length: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => ((i * 7919) % 101) / 50 - 1);
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  return Array.from({ length: seeds }, () => {
    const data = {
      samples,
      inputDim,
      outputDim,
      inputs: wave(samples * inputDim),
      targets: wave(samples * outputDim),
    };
    return Array.from({ length: perSeed }, (_, leg): TrainingTask => {
      const task = {
        layout,
        parameters,
        data,
        optimizer: { kind: 'adam' as const, ...ADAM_DEFAULTS, learningRate: 1e-4 },
        batchSize,
        epochs: 1,
        order: () => order,
      };
      if (dropout === undefined || leg % 2 === 0) return task;
      const source = (): Xoshiro => new Xoshiro(stream(0, 'dropout', leg));
      return { ...task, dropout: { probability: dropout, source } };
    });
  }).flat();
}
