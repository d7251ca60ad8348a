import type { NetMeasure } from './descriptor';
import { peakOf, rowsOf } from './rows';

/** Share of the neurons that no feature moves: they have no polysemanticity and are left out of means. */
export const deadFraction = {
  id: 'deadFraction',
  name: 'Dead fraction',
  formula: 'share of neurons with Σa = 0',
  source: 'definition',
  range: () => [0, 1],
  morePolysemantic: 'neither',
  missing: 'there are no neurons, or an attribution is not a finite number',
  input: 'attribution',
  level: 'net',
  of: fractionOf,
} as const satisfies NetMeasure;

function fractionOf(values: Float64Array, features: number): number {
  if (Number.isNaN(peakOf(values))) return NaN;
  const rows = rowsOf(values, features);
  return rows.filter((row) => peakOf(row) === 0).length / rows.length;
}
