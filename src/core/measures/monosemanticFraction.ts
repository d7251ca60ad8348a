import type { NetContext, NetMeasure } from './descriptor';
import { relative } from './relative';
import { anyNotFinite, type Rows } from './rows';

/** Share of the live neurons whose strongest feature exceeds a threshold. */
export const monosemanticFraction = {
  id: 'monosemanticFraction',
  name: 'Monosemantic fraction',
  formula: 'share of live neurons with 1 / R = max p > τ',
  source:
    'The Influence of Pruning on Polysemanticity in Artificial Neural Networks, relative polysemanticity, thresholded',
  range: () => [0, 1],
  morePolysemantic: 'lower',
  missing: 'no neuron is live, or an attribution is not a finite number',
  input: 'attribution',
  level: 'net',
  of: fractionOf,
} as const satisfies NetMeasure;

function fractionOf(rows: Rows, { threshold }: NetContext): number {
  if (anyNotFinite(rows)) return NaN;
  let live = 0;
  let monosemantic = 0;
  for (const polysemanticity of relative.of(rows)) {
    if (Number.isNaN(polysemanticity)) continue; // dead
    live++;
    if (1 / polysemanticity > threshold) monosemantic++;
  }
  return monosemantic / live;
}
