import { ln } from '../numeric/elementary';
import type { DerivedNeuronMeasure } from './descriptor';
import { shannonEntropies } from './hill';
import { ZERO_OR_NOT_FINITE } from './rows';

/** The thesis's entropy, scaled to each net's own extremes: do not compare nets by it. */
export const entropyMinMax = {
  id: 'entropyMinMax',
  name: 'Entropy, min–max over the net',
  formula: '(H − min H) / (max H − min H) over the neurons of one net',
  source:
    'The Influence of Pruning on Polysemanticity in Artificial Neural Networks, normalised entropy',
  range: () => [0, 1],
  morePolysemantic: 'higher',
  missing: `${ZERO_OR_NOT_FINITE}, or all neurons of the net have the same entropy (0/0)`,
  input: 'attribution',
  level: 'neuron',
  withinNet: true,
  from: shannonEntropies,
  ofAll: minMax,
} as const satisfies DerivedNeuronMeasure;

function minMax(values: Float64Array, features: number): Float64Array {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  // Equal entropies summed in different orders differ by rounding: F additions of numbers up to ln F, for
  // both. Smaller differences count as equal, since stretching them to [0, 1] would only amplify noise.
  const rounding = 4 * features * (1 + ln(features)) * 2 ** -52;
  const extent = greatest - least;
  return values.map((value) => (extent > rounding ? (value - least) / extent : NaN));
}
