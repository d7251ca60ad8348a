import { subset, type DataSet } from '../data/dataSet';
import { LabError } from '../errors';
import { parameterCount } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { Pacer, throwIfStopped, type Pace } from '../stop';
import { adamState, adamUpdate, type AdamOptions } from '../training/adam';
import { meanLossGradient } from './gradients';

/** How the network is trained while its movement is summed. */
export interface MovementTraining {
  readonly adam: AdamOptions;
  readonly batchSize: number;
  readonly epochs: number;
  /** Order in which epoch 1, 2, … visits the samples; the last batch may be smaller. */
  readonly order: (epoch: number) => Uint32Array;
}

/**
 * Movement of the parameters in training by Adam, `[parameters]`: −Σ_t w_t ∂L_t/∂w_t over all steps, L_t the mean
 * squared error of the step's batch and w_t the parameter before its update. Gradients are computed and summed in
 * float64; parameters are float32, as in all training. Masked parameters remain 0 and do not move.
 * @throws Stopped when the pace's signal is set
 * @throws LabError (`numeric`) when a parameter is no longer finite
 */
export async function movementInTraining(
  specimen: Specimen,
  data: DataSet,
  { adam, batchSize, epochs, order }: MovementTraining,
  pace: Pace,
): Promise<Float64Array> {
  const { layout, mask } = specimen;
  const parameters = specimen.parameters.slice();
  const state = adamState(parameters.length);
  const movement = new Float64Array(parameters.length);
  const pacer = new Pacer(pace);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    throwIfStopped(pace.signal);
    const samples = order(epoch);
    for (let start = 0; start < samples.length; start += batchSize) {
      const batch = subset(data, samples.subarray(start, start + batchSize));
      await pacer.spend(6 * parameterCount(layout) * batch.samples);
      const gradient = meanLossGradient({ layout, parameters }, batch);
      for (let i = 0; i < gradient.length; i++) {
        if (mask?.[i] === 0) gradient[i] = 0;
        movement[i] -= parameters[i] * gradient[i];
      }
      adamUpdate(parameters, Float32Array.from(gradient), state, adam);
    }
    const wrong = movement.findIndex((sum) => !Number.isFinite(sum));
    if (wrong >= 0) {
      throw new LabError(
        'numeric',
        `the movement of parameter ${wrong} is ${movement[wrong]} after epoch ${epoch}: training diverges`,
      );
    }
  }
  return movement;
}
