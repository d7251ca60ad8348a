import type { AttributionMatrix } from '../../../../src/core/attribution/matrix';

/** A matrix of hidden layers of these widths, with values that differ. */
export function matrixOf(hidden: readonly number[], features: number): AttributionMatrix {
  let neurons = 0;
  const layers = hidden.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  return {
    neurons,
    features,
    values: Float64Array.from({ length: neurons * features }, (_, i) => Math.sin(1 + i)),
    rows: 'pre-activation',
    layers,
    units: Uint32Array.from(hidden.flatMap((width) => Array.from({ length: width }, (_, k) => k))),
    featureNames: Array.from({ length: features }, (_, f) => `f${f}`),
    completenessError: 0,
  };
}
