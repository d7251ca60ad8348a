import type { NeuronMeasure } from './descriptor';
import type { Rows } from './rows';

/** How much more strongly a neuron responds to its best feature than to the others. */
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
  of: selectivities,
} as const satisfies NeuronMeasure;

function selectivities({ count, features, values, sums }: Rows): Float64Array {
  const indices = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    // Divided by μ_max.
    const rest = (sums[k] - 1) / (features - 1);
    indices[k] = (1 - rest) / (1 + rest);
    for (let i = k * features; i < (k + 1) * features; i++) if (values[i] < 0) indices[k] = NaN;
  }
  return indices;
}
