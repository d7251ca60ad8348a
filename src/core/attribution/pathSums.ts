import { hiddenWidths, isRelu, type Network } from '../network/layout';
import { circuitOf, type ComposedNetwork } from './circuit';
import { OneHotPath } from './oneHotPath';
import type { Quadrature } from './quadrature';
import type { ResponseOptions } from './responses';

/** Which hidden neurons to sum for, and whether behind their activation. */
export type PathSumOptions = Pick<ResponseOptions, 'from' | 'rectified' | 'buffer'>;

/** Σ_j w_j ∂n/∂x_f(α_j e_f) of hidden neurons: `[neurons, features]`, float64. */
export type PathSums = (
  network: Network | ComposedNetwork,
  quadrature: Quadrature,
  options: PathSumOptions,
) => Float64Array;

/** {@link PathSums} in plain TypeScript. */
export function pathSums(
  network: Network,
  { alphas, weights }: Quadrature,
  { from, rectified, buffer }: PathSumOptions,
): Float64Array {
  const circuit = circuitOf(network);
  const { features } = circuit;
  const read = hiddenWidths(network.layout).slice(from);
  const neurons = read.reduce((sum, width) => sum + width, 0);
  const result = buffer?.(neurons * features) ?? new Float64Array(neurons * features);
  if (neurons === 0) return result;
  const path = new OneHotPath(circuit);
  const sums = new Float64Array(neurons);
  for (let f = 0; f < features; f++) {
    path.follow(f);
    sums.fill(0);
    alphas.forEach((alpha, j) => {
      path.moveTo(alpha);
      let k = 0;
      circuit.layers.forEach(({ activation, outputs }, l) => {
        if (l < from) return;
        const gated = rectified && isRelu(activation);
        const piece = path.pieces[l];
        const active = path.active[l];
        for (let i = 0; i < outputs; i++, k++) {
          if (!gated || active[i]) sums[k] += weights[j] * piece[2 * i + 1];
        }
      });
    });
    for (let k = 0; k < neurons; k++) result[k * features + f] = sums[k];
  }
  return result;
}
