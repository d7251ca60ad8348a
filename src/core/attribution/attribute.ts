import type { Network } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { composeCircuit } from './circuit';
import type { AttributionMatrix, LayerRange, RowKind } from './matrix';
import { OneHotPath } from './oneHotPath';
import { quadrature, type Quadrature, type QuadratureRule } from './quadrature';
import { finiteDifferences, isRectified, responses, type Readout } from './responses';

/**
 * How a feature's effect on a neuron is computed, along the one-hot path from 0 to e_f.
 *
 * - `finite-difference`: n(e_f) − n(0), which is what integrated gradients approximate: by the
 *   fundamental theorem of calculus the integral along the path is exactly this
 * - `integrated-gradients`: Σ_j w_j ∂n/∂x_f(α_j e_f) (Sundararajan et al. 2017, eq. 1), in forward mode
 * - `gradient`: ∂n/∂x_f at e_f
 */
export type AttributionMethod =
  | { readonly method: 'finite-difference' }
  | {
      readonly method: 'integrated-gradients';
      readonly rule: QuadratureRule;
      readonly steps: number;
    }
  | { readonly method: 'gradient' };

/** A method and the rows it is asked for. */
export type AttributionRequest = AttributionMethod & { readonly rows: RowKind };

const AT_FEATURE: Quadrature = { alphas: [1], weights: [1] };

/**
 * What each feature alone does to each hidden neuron of a specimen, in evaluation mode (no dropout).
 * @param encoder features → inputs; without it the inputs are the features
 * @throws LabError when encoder and specimen do not fit each other, or the rule not its steps
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: AttributionRequest,
): AttributionMatrix {
  const readout = readoutOf(encoder, specimen, request.rows);
  const differences = finiteDifferences(readout);
  if (request.method === 'finite-difference') return matrixOf(readout, specimen, differences, 0);
  const nodes =
    request.method === 'gradient' ? AT_FEATURE : quadrature(request.rule, request.steps);
  const values = pathSums(readout, nodes);
  return matrixOf(readout, specimen, values, largestDifference(values, differences));
}

/**
 * What each feature alone makes each hidden neuron put out, n(e_f) after the activation function: no
 * baseline is subtracted.
 */
export function probeActivations(
  encoder: Network | undefined,
  specimen: Specimen,
): AttributionMatrix {
  const readout = readoutOf(encoder, specimen, 'post-activation');
  return matrixOf(readout, specimen, responses(readout).values, 0);
}

function readoutOf(encoder: Network | undefined, specimen: Specimen, rows: RowKind): Readout {
  const layers = layerRanges(specimen);
  const neurons = layers.at(-1)?.end ?? 0;
  return { circuit: composeCircuit(encoder, specimen), layers, neurons, rows };
}

function matrixOf(
  { circuit: { features }, layers, neurons, rows }: Readout,
  specimen: Specimen,
  values: Float64Array,
  completenessError: number,
): AttributionMatrix {
  const units = Uint32Array.from(specimen.units.flat());
  const featureNames = Array.from({ length: features }, (_, f) => `f${f}`);
  return { neurons, features, values, rows, layers, units, featureNames, completenessError };
}

function layerRanges({ layout }: Network): LayerRange[] {
  let start = 0;
  return layout.widths
    .slice(1, -1)
    .map((width, layer) => ({ layer, start, end: (start += width) }));
}

/** Σ_j w_j ∂n/∂x_f(α_j e_f), `[neurons, features]`. */
function pathSums(readout: Readout, { alphas, weights }: Quadrature): Float64Array {
  const { circuit, neurons } = readout;
  const { features } = circuit;
  const result = new Float64Array(neurons * features);
  if (neurons === 0) return result;
  const path = new OneHotPath(circuit);
  const sums = new Float64Array(neurons);
  for (let f = 0; f < features; f++) {
    path.follow(f);
    sums.fill(0);
    alphas.forEach((alpha, j) => {
      path.moveTo(alpha);
      addSlopes(readout, path, weights[j], sums);
    });
    for (let k = 0; k < neurons; k++) result[k * features + f] = sums[k];
  }
  return result;
}

/** Adds a multiple of every neuron's derivative where the path is now. */
function addSlopes(readout: Readout, path: OneHotPath, weight: number, sums: Float64Array): void {
  const { circuit, layers } = readout;
  for (const { layer, start, end } of layers) {
    const l = circuit.specimenStart + layer;
    const slopes = path.slopes[l];
    const open = path.open[l];
    const rectified = isRectified(readout, circuit.layers[l]);
    for (let k = start; k < end; k++) {
      if (!rectified || open[k - start]) sums[k] += weight * slopes[k - start];
    }
  }
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
