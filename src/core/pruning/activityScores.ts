import type { DataSet } from '../data/dataSet';
import { LabError } from '../errors';
import { hiddenWidths, type Network } from '../network/layout';
import { forEachSample } from './gradients';
import type { UnitScore } from './methods';

/** Scores of units that are computed from their activation h on data, after the non-linearity. */
export type ActivityScore = Extract<UnitScore, 'taylor' | 'taylor-gate' | 'activation' | 'apoz'>;

/**
 * Scores on data, each per hidden layer `[units]`, in float64; ℓ_s is the mean squared error of sample s and L
 * their mean.
 * - `taylor`: mean_s |h_s ∂ℓ_s/∂h_s|, at least 0
 * - `taylor-gate`: (Σ_s h_s ∂L/∂h_s)², at least 0
 * - `activation`: mean_s |h_s|, at least 0
 * - `apoz`: share of samples with h_s = 0, in [0, 1]
 * @throws LabError unless the data's inputs and outputs fit the network, or if there are no samples; (`numeric`) if
 *   activations or gradients overflow
 */
export function activityScores(
  network: Network,
  data: DataSet,
): Readonly<Record<ActivityScore, Float64Array[]>> {
  const perUnit = (): Float64Array[] =>
    hiddenWidths(network.layout).map((width) => new Float64Array(width));
  const [taylor, gate, activation, apoz] = [perUnit(), perUnit(), perUnit(), perUnit()];
  forEachSample(network, data, ({ values, gradients }) => {
    gradients.forEach((gradient, l) => {
      const outputs = values[l + 1];
      for (let k = 0; k < gradient.length; k++) {
        const change = outputs[k] * gradient[k];
        taylor[l][k] += Math.abs(change);
        gate[l][k] += change;
        activation[l][k] += Math.abs(outputs[k]);
        if (outputs[k] === 0) apoz[l][k]++;
      }
    });
  });
  taylor.forEach((layer, l) => {
    const unit = layer.findIndex((change) => !Number.isFinite(change));
    if (unit < 0) return;
    throw new LabError(
      'numeric',
      `activation times gradient adds up to ${layer[unit]} for unit ${unit} of hidden layer ${l}: its scores are undefined`,
    );
  });
  const mean = (scores: Float64Array[]): Float64Array[] =>
    scores.map((layer) => layer.map((sum) => sum / data.samples));
  return {
    taylor: mean(taylor),
    'taylor-gate': mean(gate).map((layer) => layer.map((change) => change * change)),
    activation: mean(activation),
    apoz: mean(apoz),
  };
}
