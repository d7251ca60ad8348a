import { hiddenWidths, layerCount, neuronCount, type Network } from '../network/layout';
import { requireOneOf } from '../errors';
import type { Specimen } from '../network/specimen';
import { plainArithmetic, type AttributionArithmetic } from './arithmetic';
import { composeNetwork } from './circuit';
import { ROW_KINDS, type AttributionMatrix, type LayerRange, type RowKind } from './matrix';
import type { PathReading } from './pathSums';
import { quadrature, type Quadrature } from './quadrature';
import { ATTRIBUTION_METHODS, type AttributionRequest } from './request';
import type { Room } from './room';

/** Where a matrix is put, and where what is needed on the way; in new memory unless given. */
export interface AttributionRooms {
  readonly matrix?: Room;
  readonly scratch?: Room;
}

const AT_FEATURE: Quadrature = { alphas: [1], weights: [1] };

/**
 * What each feature alone does to each hidden neuron of a specimen, in evaluation mode (no dropout).
 * @param encoder features → inputs; without it the inputs are the features
 * @param arithmetic where it is computed; makes no difference to any number
 * @param rooms a matrix in a shared room is there until the next one is put there
 * @throws LabError when encoder and specimen do not fit each other, or the rule not its steps
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: AttributionRequest,
  arithmetic: AttributionArithmetic = plainArithmetic,
  { matrix, scratch }: AttributionRooms = {},
): AttributionMatrix {
  const { method, rows } = request;
  requireOneOf(method, ATTRIBUTION_METHODS, 'method');
  requireOneOf(rows, ROW_KINDS, 'rows');
  const network = composeNetwork(encoder, specimen);
  const read = reading(network, specimen, rows);
  const differencesIn = (room: Room | undefined): Float64Array =>
    arithmetic.responses(network, { ...read, fromBaseline: true, room });
  if (method === 'finite-difference') {
    return matrixOf(network, specimen, rows, differencesIn(matrix), 0);
  }
  const nodes = method === 'gradient' ? AT_FEATURE : quadrature(request.rule, request.steps);
  const values = arithmetic.pathSums(network, nodes, { ...read, room: matrix });
  const differences = differencesIn(scratch);
  const error = largestDifference(values, differences);
  return matrixOf(network, specimen, rows, values, error);
}

/** About how many floating-point operations a matrix takes, at most. */
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
 * What each feature alone makes each hidden neuron put out, n(e_f) after the activation function: no
 * baseline is subtracted.
 */
export function probeActivations(
  encoder: Network | undefined,
  specimen: Specimen,
  arithmetic: AttributionArithmetic = plainArithmetic,
  room?: Room,
): AttributionMatrix {
  const network = composeNetwork(encoder, specimen);
  const rows: RowKind = 'post-activation';
  const read = reading(network, specimen, rows);
  const values = arithmetic.responses(network, { ...read, fromBaseline: false, room });
  return matrixOf(network, specimen, rows, values, 0);
}

/** The specimen's neurons: the encoder's come first. */
function reading(network: Network, specimen: Specimen, rows: RowKind): PathReading {
  return {
    from: layerCount(network.layout) - layerCount(specimen.layout),
    rectified: rows === 'post-activation',
  };
}

function matrixOf(
  network: Network,
  specimen: Specimen,
  rows: RowKind,
  values: Float64Array,
  completenessError: number,
): AttributionMatrix {
  const [features] = network.layout.widths;
  const neurons = neuronCount(specimen.layout);
  const layers = layerRanges(specimen);
  const units = new Uint32Array(neurons);
  specimen.units.forEach((own, l) => units.set(own, layers[l].start));
  const featureNames = namesOf(features);
  return { neurons, features, values, rows, layers, units, featureNames, completenessError };
}

const NAMES: string[] = [];

/** f0, f1, …: made once, they take longer than a small matrix. */
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
