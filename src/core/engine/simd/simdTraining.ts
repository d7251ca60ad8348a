import { Pacer, throwIfStopped, type Pace } from '../../stop';
import { nextAdamStep } from '../../training/adam';
import type { OptimizerOptions, OptimizerState } from '../../training/optimizer';
import type { EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { extrasOf, optimizerIn, startingState, startOf } from '../task';
import { AdamFactors, Dropout, Training, Treatment } from './generated/records';
import type { KernelMemory } from './kernelMemory';
import {
  placeNetwork,
  readVariable,
  writeMask,
  writeVariable,
  type Variable,
} from './kernelNetwork';
import { OPERATIONS_PER_CALL, SPEEDUP } from './pacing';

/** Trains a network. The caller must not use the memory until the training has ended. */
export async function* trainOne(
  memory: KernelMemory,
  task: TrainingTask,
  index: number,
  pace: Pace,
): AsyncGenerator<EpochResult, void> {
  const pacer = new Pacer(pace);
  const placed = placeTask(memory, task);
  const { beta1Power, beta2Power } = task.state ?? START;
  const powers = { beta1Power, beta2Power };
  const read = (variable: Variable): Float32Array =>
    readVariable(memory, placed.training.network, variable, task.layout);
  const operations = 6 * task.parameters.length * task.batchSize;
  const stepsPerCall = Math.max(1, Math.floor(OPERATIONS_PER_CALL / operations));
  const top = memory.mark();
  for (let epoch = 1; epoch <= task.epochs; epoch++) {
    throwIfStopped(pace.signal);
    memory.release(top);
    const record = placeEpoch(memory, task, placed, powers, epoch);
    for (let from = 0; from < placed.steps; from += stepsPerCall) {
      const to = Math.min(from + stepsPerCall, placed.steps);
      await pacer.spend(((to - from) * operations) / SPEEDUP);
      memory.call('train', pace.signal, record, from, to);
    }
    const stepLosses = memory.float64(placed.training.losses, placed.steps).slice();
    stepLosses.forEach((loss, step) => requireFinite(loss, index, epoch, step));
    const extras = extrasOf(task, epoch, {
      movement: () => read('movement'),
      state: () => ({ mean: read('mean'), square: read('square'), ...powers }),
    });
    yield { task: index, epoch, stepLosses, parameters: read('parameters'), ...extras };
  }
}

/** Powers of Adam's rates before the first step. */
const START = { beta1Power: 1, beta2Power: 1 };

/** A task in the kernel's memory. */
export interface PlacedTask {
  readonly steps: number;
  readonly order: number;
  /** Address of the generators of dropout. */
  readonly generators: number;
  /** The record of a training without what each epoch adds. */
  readonly training: Omit<Training, 'factors' | 'treatment'>;
}

/** Places what all epochs share. */
export function placeTask(memory: KernelMemory, task: TrainingTask): PlacedTask {
  const { data, layout, batchSize, dropout, mask } = task;
  const steps = Math.ceil(data.samples / batchSize);
  const order = memory.reserve(4 * data.samples);
  const generators = memory.reserve(64);
  const probability = dropout?.probability ?? 0;
  const network = placeNetwork(memory, layout, Math.min(batchSize, data.samples), {
    training: true,
    dropout: dropout !== undefined,
    mask: mask !== undefined,
    movement: task.movement === true,
  });
  writeVariable(memory, network, 'parameters', startOf(task));
  if (mask) writeMask(memory, network, mask);
  if (task.state) {
    const { mean, square } = startingState(task);
    writeVariable(memory, network, 'mean', mean);
    writeVariable(memory, network, 'square', square);
  }
  const training = {
    network,
    samples: data.samples,
    inputs: memory.place(data.inputs),
    targets: memory.place(data.targets),
    order,
    losses: memory.reserve(8 * steps),
    dropout: dropout
      ? memory.record(Dropout, {
          state: generators,
          threshold: Math.ceil(probability * 2 ** 32),
          scale: 1 / (1 - probability),
        })
      : 0,
    until: 0,
  };
  return { steps, order, generators, training };
}

/**
 * Places the order, the generators, the factors and the treatment of an epoch.
 * @param powers of Adam, advanced by the epoch's steps
 * @returns the address of the epoch's record
 */
export function placeEpoch(
  memory: KernelMemory,
  task: TrainingTask,
  { order, generators, steps, training }: PlacedTask,
  powers: AdamPowers,
  epoch: number,
): number {
  memory.uint32(order, task.data.samples).set(task.order(epoch));
  if (task.dropout) memory.uint32(generators, 16).set(task.dropout.source(epoch).state);
  const optimizer = optimizerIn(task, epoch);
  const factors = memory.records(AdamFactors, factorsOf(steps, powers, optimizer));
  const treatment = placeTreatment(memory, task, optimizer);
  return memory.record(Training, { ...training, factors, treatment });
}

type AdamPowers = Pick<OptimizerState, 'beta1Power' | 'beta2Power'>;

function factorsOf(steps: number, powers: AdamPowers, options: OptimizerOptions): AdamFactors[] {
  if (options.kind === 'sgd') {
    const unused = { divisor: 1, meanRate: 0, keep: 0, squareRate: 0, epsilon: 0 };
    return Array.from({ length: steps }, () => ({ rate: -options.learningRate, ...unused }));
  }
  const { beta1, beta2, epsilon } = options;
  return Array.from({ length: steps }, () => {
    const { stepSize, correction } = nextAdamStep(powers, options);
    return {
      rate: -stepSize,
      divisor: correction,
      meanRate: 1 - beta1,
      keep: beta2,
      squareRate: 1 - beta2,
      epsilon,
    };
  });
}

/** In the order of `Rule` in `src/kernel/update.h`. */
const RULES = ['adam', 'adamw', 'sgd'] as const;

/** Places what a task's steps do beyond Adam. @returns its address, or 0 for nothing */
function placeTreatment(
  memory: KernelMemory,
  { mask, movement, penalty, dropout }: TrainingTask,
  optimizer: OptimizerOptions,
): number {
  const { kind, learningRate, weightDecay = 0 } = optimizer;
  const rule = kind === 'adamw' && weightDecay === 0 ? 'adam' : kind;
  if (rule === 'adam' && weightDecay === 0 && !mask && !movement && !penalty) return 0;
  const lambda = { activations: 0, weights: 0 };
  if (penalty) lambda[penalty.kind] = penalty.lambda;
  return memory.record(Treatment, {
    rule: RULES.indexOf(rule),
    decay: rule === 'adamw' ? 1 - learningRate * weightDecay : weightDecay,
    momentum: optimizer.kind === 'sgd' ? (optimizer.momentum ?? 0) : 0,
    activations: lambda.activations / (1 - (dropout?.probability ?? 0)),
    weights: lambda.weights,
  });
}
