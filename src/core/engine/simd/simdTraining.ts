import { Pacer, throwIfStopped, type Pace } from '../../stop';
import { nextAdamStep, type AdamOptions } from '../../training/adam';
import type { OptimizerOptions } from '../../training/optimizer';
import type { EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { AdamFactors, Dropout, Training } from './generated/records';
import type { KernelMemory } from './kernelMemory';
import { placeNetwork, readParameters, writeParameters } from './kernelNetwork';
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
  const powers = { beta1Power: 1, beta2Power: 1 };
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
    const parameters = readParameters(memory, placed.training.network, task.layout);
    yield { task: index, epoch, stepLosses, parameters };
  }
}

/** A task in the kernel's memory. */
export interface PlacedTask {
  readonly steps: number;
  readonly order: number;
  /** Address of the generators of dropout. */
  readonly generators: number;
  /** The record of a training without the factors, which each epoch adds. */
  readonly training: Omit<Training, 'factors'>;
}

/** Places what all epochs share. */
export function placeTask(memory: KernelMemory, task: TrainingTask): PlacedTask {
  const { data, layout, batchSize, dropout } = task;
  const steps = Math.ceil(data.samples / batchSize);
  const order = memory.reserve(4 * data.samples);
  const generators = memory.reserve(64);
  const probability = dropout?.probability ?? 0;
  const network = placeNetwork(memory, layout, Math.min(batchSize, data.samples), {
    training: true,
    dropout: dropout !== undefined,
  });
  writeParameters(memory, network, task.parameters);
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
 * Places the order, the generators and the factors of an epoch.
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
  const factors = memory.records(AdamFactors, adamFactors(steps, powers, adamOf(task.optimizer)));
  return memory.record(Training, { ...training, factors });
}

function adamOf(optimizer: OptimizerOptions): AdamOptions {
  if (optimizer.kind !== 'adam') throw new Error(`unexpected optimizer ${optimizer.kind}`);
  return optimizer;
}

interface AdamPowers {
  beta1Power: number;
  beta2Power: number;
}

function adamFactors(steps: number, powers: AdamPowers, options: AdamOptions): AdamFactors[] {
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
