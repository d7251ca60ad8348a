import type { DerivedNeuronMeasure } from './descriptor';
import { gini } from './gini';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Gini coefficient corrected for the number of features, so that a one-hot row reaches 1. */
export const giniCorrected = {
  id: 'giniCorrected',
  name: 'Gini coefficient, corrected',
  formula: 'F / (F − 1) · Gini',
  source: 'Deltas (2003), The small-sample bias of the Gini coefficient',
  range: () => [0, 1],
  morePolysemantic: 'lower',
  missing: `${ZERO_OR_NOT_FINITE}, or there is one feature only (0/0)`,
  input: 'attribution',
  level: 'neuron',
  from: gini.of,
  ofAll: (values, features) => values.map((value) => (value * features) / (features - 1)),
} as const satisfies DerivedNeuronMeasure;
