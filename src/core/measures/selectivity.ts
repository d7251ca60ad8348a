import type { NeuronMeasure } from './descriptor';
import { peakOf } from './rows';

/** How much more a neuron answers to its best feature than to the others. */
export const selectivity = {
  id: 'selectivity',
  name: 'Selectivity index',
  formula:
    '(μ_max − μ_rest) / (μ_max + μ_rest); μ_f = activation that feature f alone causes, μ_rest = mean over the other features',
  source:
    'Morcos et al. (2018), On the importance of single directions for generalization, class selectivity',
  range: () => [0, 1],
  morePolysemantic: 'lower',
  missing:
    'activations were not given or are not rectified (one is negative), every activation of the neuron is zero, one is not a finite number, or there is one feature only',
  input: 'activation',
  level: 'neuron',
  of: selectivityOf,
} as const satisfies NeuronMeasure;

function selectivityOf(activations: Float64Array): number {
  const greatest = peakOf(activations);
  if (!(greatest > 0) || activations.length === 1) return NaN;
  let sum = 0;
  for (const activation of activations) {
    if (activation < 0) return NaN;
    sum += activation / greatest;
  }
  // Divided by μ_max.
  const rest = (sum - 1) / (activations.length - 1);
  return (1 - rest) / (1 + rest);
}
