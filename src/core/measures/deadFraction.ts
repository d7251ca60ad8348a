import type { NetMeasure } from './descriptor';
import { anyNotFinite, type Rows } from './rows';

/** Share of the neurons that no feature affects; they have no polysemanticity and are excluded from means. */
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

function fractionOf(rows: Rows): number {
  if (anyNotFinite(rows)) return NaN;
  return rows.peaks.filter((peak) => peak === 0).length / rows.count;
}
