import type { AttributionMatrix } from '../core/attribution/matrix';
import { attribute as attributeIn, probeActivations } from '../core/attribution/attribute';
import type { AttributionRequest } from '../core/attribution/request';
import { encodedFeatures } from '../core/attribution/featureCodes';
import { measureMatrix, type MeasureOptions, type Measurements } from '../core/measures/measure';
import { nullOf, type NullDistribution } from '../core/measures/null';
import type { MeasureId } from '../core/measures/table';
import type { Activation, Network } from '../core/network/layout';
import type { Specimen } from '../core/network/specimen';
import { pruneSpecimen, type PruningResult } from '../core/pruning/prune';
import type { PruningRequest } from '../core/pruning/request';
import { stream } from '../core/random/streams';
import { localEngine } from './engine';

const EXACT: AttributionRequest = { method: 'finite-difference', rows: 'pre-activation' };

/**
 * What each feature alone does to each hidden neuron, through encoder and specimen.
 * @param encoder features → inputs; undefined where the inputs are the features
 * @param request by default the finite difference n(e_f) − n(0), of pre-activations
 * @returns `[neurons, features]`
 * @throws LabError when encoder and specimen do not fit each other
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: Partial<AttributionRequest> = EXACT,
): AttributionMatrix {
  const complete = { ...EXACT, ...request } as AttributionRequest;
  return attributeIn(encoder, specimen, complete, localEngine().attribution);
}

/**
 * What each feature alone makes each hidden neuron put out, after its activation function.
 * @returns `[neurons, features]`
 */
export function activations(encoder: Network | undefined, specimen: Specimen): AttributionMatrix {
  return probeActivations(encoder, specimen, localEngine().attribution);
}

/**
 * Every measure of a matrix: per neuron or feature, per layer, and for the net.
 * @throws LabError when shapes do not fit or the threshold is out of range
 */
export function measure(matrix: AttributionMatrix, options: MeasureOptions = {}): Measurements {
  return measureMatrix(matrix, options);
}

/** What is drawn for a null. */
export interface NullShape {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** `relu` unless given. */
  readonly activation?: Activation;
  /** How many nets of random readouts; 16 unless given. */
  readonly repetitions?: number;
  /** 0 unless given. */
  readonly seed?: number;
}

/**
 * What measures come to where nothing was learned: nets whose neurons read the features' codes at random.
 * @throws LabError when sizes do not fit
 */
export function measureNull(
  encoder: Network,
  { hidden, activation = 'relu', repetitions = 16, seed = 0 }: NullShape,
): Record<MeasureId, NullDistribution> {
  const source = stream(seed, 'null', hidden.join('-'));
  return nullOf(encodedFeatures(encoder), source, { widths: hidden, repetitions, activation });
}

/**
 * Prunes hidden units; the specimen that is given stays as it is.
 * @param seed where `random-structured` draws from; 0 unless given
 * @throws LabError for a request that does not fit the specimen
 */
export function prune(specimen: Specimen, request: PruningRequest, seed = 0): PruningResult {
  return pruneSpecimen(specimen, request, stream(seed, 'pruning', 'dense', String(request.ratio)));
}
