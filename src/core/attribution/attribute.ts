import type { Network } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { composeCircuit, type Circuit } from './circuit';
import { PathEvaluator } from './forwardMode';
import type { AttributionMatrix, LayerRange, RowKind } from './matrix';
import { quadrature, type Quadrature, type QuadratureRule } from './quadrature';

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
/** The two ends of the path. */
const ENDS = [0, 1];

/**
 * What each feature alone does to each hidden neuron of a specimen, in evaluation mode (no dropout).
 * @param encoder features → inputs; without it the inputs are the features
 * @throws LabError when encoder and specimen do not fit each other
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: AttributionRequest,
): AttributionMatrix {
  const shape = shapeOf(encoder, specimen, request.rows);
  const differences = finiteDifferences(shape);
  if (request.method === 'finite-difference') return matrixOf(shape, specimen, differences, 0);
  const nodes =
    request.method === 'gradient' ? AT_FEATURE : quadrature(request.rule, request.steps);
  const values = pathSums(shape, nodes);
  return matrixOf(shape, specimen, values, largestDifference(values, differences));
}

/**
 * What each feature alone makes each hidden neuron put out, n(e_f) after the activation function: no
 * baseline is subtracted.
 */
export function probeActivations(
  encoder: Network | undefined,
  specimen: Specimen,
): AttributionMatrix {
  const shape = shapeOf(encoder, specimen, 'post-activation');
  const values = forEachCell(shape, [1], false, (at) => at(0));
  return matrixOf(shape, specimen, values, 0);
}

interface Shape {
  readonly circuit: Circuit;
  readonly layers: readonly LayerRange[];
  readonly neurons: number;
  readonly rows: RowKind;
}

function shapeOf(encoder: Network | undefined, specimen: Specimen, rows: RowKind): Shape {
  const layers = layerRanges(specimen);
  const neurons = layers.at(-1)?.end ?? 0;
  return { circuit: composeCircuit(encoder, specimen), layers, neurons, rows };
}

function matrixOf(
  { circuit: { features }, layers, neurons, rows }: Shape,
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

function finiteDifferences(shape: Shape): Float64Array {
  return forEachCell(shape, ENDS, false, (at) => at(1) - at(0));
}

function pathSums(shape: Shape, { alphas, weights }: Quadrature): Float64Array {
  return forEachCell(shape, alphas, true, (at) => {
    let sum = 0;
    for (let p = 0; p < weights.length; p++) sum += weights[p] * at(p);
    return sum;
  });
}

/**
 * Evaluates every feature's path and lets `cell` make one number of what a neuron does at its points:
 * its values, or with `derivatives` its tangents.
 */
function forEachCell(
  { circuit, layers, neurons, rows }: Shape,
  alphas: readonly number[],
  derivatives: boolean,
  cell: (at: (point: number) => number) => number,
): Float64Array {
  const { features, specimenStart } = circuit;
  const result = new Float64Array(neurons * features);
  if (neurons === 0) return result;
  const evaluator = new PathEvaluator(circuit, alphas.length);
  for (let f = 0; f < features; f++) {
    evaluator.evaluate(f, alphas);
    if (derivatives) evaluator.differentiate(f);
    for (const { layer, start, end } of layers) {
      const l = specimenStart + layer;
      const width = end - start;
      const values = evaluator.values[l];
      const shown = derivatives ? evaluator.tangents[l] : values;
      const gated = rows === 'post-activation' && circuit.layers[l].activation === 'relu';
      for (let k = 0; k < width; k++) {
        result[(start + k) * features + f] = cell((p) => {
          const i = p * width + k;
          return gated && !(values[i] > 0) ? 0 : shown[i];
        });
      }
    }
  }
  return result;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
