import { hiddenWidths, layerCount, neuronCount, type Network } from '../network/layout';
import { requireOneOf } from '../errors';
import type { Specimen } from '../network/specimen';
import { plainArithmetic, type AttributionArithmetic } from './arithmetic';
import { composeNetwork } from './circuit';
import { ROW_KINDS, type AttributionMatrix, type LayerRange, type RowKind } from './matrix';
import type { PathSumOptions } from './pathSums';
import { quadrature, type Quadrature } from './quadrature';
import { ATTRIBUTION_METHODS, type AttributionRequest } from './request';
import type { GetBuffer } from './buffers';

/** Where the results are written; newly allocated memory unless given. */
export interface AttributionBuffers {
  readonly matrix?: GetBuffer;
  readonly scratch?: GetBuffer;
}

const AT_FEATURE: Quadrature = { alphas: [1], weights: [1] };

/**
 * Attribution matrix `[neurons, features]`: the effect of each feature alone on each hidden neuron of a
 * specimen, in evaluation mode (no dropout).
 * @param encoder features → inputs; without it the features are the specimen's inputs
 * @param arithmetic does not change any number
 * @param buffers a matrix in a reused buffer is valid until the next matrix is computed
 * @throws LabError when encoder and specimen do not fit each other, or the step count does not fit the rule
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: AttributionRequest,
  arithmetic: AttributionArithmetic = plainArithmetic,
  { matrix, scratch }: AttributionBuffers = {},
): AttributionMatrix {
  const { method, rows } = request;
  requireOneOf(method, ATTRIBUTION_METHODS, 'method');
  requireOneOf(rows, ROW_KINDS, 'rows');
  const network = composeNetwork(encoder, specimen);
  const read = reading(network, specimen, rows);
  const differencesIn = (buffer: GetBuffer | undefined): Float64Array =>
    arithmetic.responses(network, { ...read, fromBaseline: true, buffer });
  if (method === 'finite-difference') {
    return specimenMatrix(specimen, network.layout.widths[0], rows, differencesIn(matrix), 0);
  }
  const nodes = method === 'gradient' ? AT_FEATURE : quadrature(request.rule, request.steps);
  const values = arithmetic.pathSums(network, nodes, { ...read, buffer: matrix });
  const differences = differencesIn(scratch);
  const error = largestDifference(values, differences);
  return specimenMatrix(specimen, network.layout.widths[0], rows, values, error);
}

/** Upper estimate of the floating-point operations that a matrix takes. */
export function attributionOperations(
  encoder: Network,
  specimen: Specimen,
  request: AttributionRequest,
): number {
  const [features] = encoder.layout.widths;
  const steps = request.method === 'integrated-gradients' ? request.steps : 1;
  return 4 * features * steps * (encoder.parameters.length + specimen.parameters.length);
}

/**
 * Output n(e_f) of each hidden neuron for each feature alone, `[neurons, features]`, after the activation
 * function, without subtracting a baseline.
 */
export function probeActivations(
  encoder: Network | undefined,
  specimen: Specimen,
  arithmetic: AttributionArithmetic = plainArithmetic,
  buffer?: GetBuffer,
): AttributionMatrix {
  const network = composeNetwork(encoder, specimen);
  const rows: RowKind = 'post-activation';
  const read = reading(network, specimen, rows);
  const values = arithmetic.responses(network, { ...read, fromBaseline: false, buffer });
  return specimenMatrix(specimen, network.layout.widths[0], rows, values, 0);
}

/** Selects the specimen's neurons: the composed network's last layers, after those of the encoder. */
function reading(network: Network, specimen: Specimen, rows: RowKind): PathSumOptions {
  return {
    from: layerCount(network.layout) - layerCount(specimen.layout),
    rectified: rows === 'post-activation',
  };
}

/** A matrix with the rows of a specimen's hidden neurons. */
export function specimenMatrix(
  specimen: Specimen,
  features: number,
  rows: RowKind,
  values: Float64Array,
  completenessError: number,
): AttributionMatrix {
  const neurons = neuronCount(specimen.layout);
  const layers = layerRanges(specimen);
  const units = new Uint32Array(neurons);
  specimen.units.forEach((own, l) => units.set(own, layers[l].start));
  const featureNames = namesOf(features);
  return { neurons, features, values, rows, layers, units, featureNames, completenessError };
}

const NAMES: string[] = [];

/** f0, f1, …. Cached: creating the strings takes longer than computing a small matrix. */
function namesOf(features: number): string[] {
  while (NAMES.length < features) NAMES.push(`f${NAMES.length}`);
  return NAMES.slice(0, features);
}

function layerRanges({ layout }: Network): LayerRange[] {
  let start = 0;
  return hiddenWidths(layout).map((width, layer) => ({ layer, start, end: (start += width) }));
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
