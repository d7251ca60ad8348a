import type { AttributionMatrix } from '../core/attribution/matrix';
import {
  attribute as attributeIn,
  probeActivations,
  type AttributionRequest,
} from '../core/attribution/attribute';
import { encodedFeatures } from '../core/attribution/featureCodes';
import { NULL_NEURONS } from '../core/experiment/specification';
import { measureMatrix, type MeasureOptions, type Measurements } from '../core/measures/measure';
import { nullOf, type NullOptions, type Nulls } from '../core/measures/null';
import type { Network } from '../core/network/layout';
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

/** What is drawn for a null, and how it is measured: unless given, as an experiment does unless told. */
export interface NullShape extends Omit<NullOptions, 'widths' | 'readouts' | 'nets'> {
  /**
   * Widths of the hidden layers before anything is pruned. Only measures of features and of nets depend
   * on them.
   */
  readonly hidden: readonly number[];
  /** Random readouts behind measures of single neurons; 65,536 unless given. */
  readonly readouts?: number;
  /** Nets of random readouts behind the others; as many as hold the readouts, at most 64, unless given. */
  readonly repetitions?: number;
}

/**
 * What measures come to where nothing was learned: neurons that read the features' codes at random. It is
 * the null of a run with the same code, kind of rows and unpruned widths.
 * @throws LabError when sizes do not fit
 */
export function measureNull(
  encoder: Network,
  { hidden, activation = 'relu', readouts = NULL_NEURONS, repetitions, ...how }: NullShape,
): Nulls {
  const options = { ...how, widths: hidden, activation, readouts, nets: repetitions };
  return nullOf(encodedFeatures(encoder), options);
}

/**
 * Prunes hidden units; the specimen that is given stays as it is.
 * @param seed where `random-structured` draws from; 0 unless given
 * @throws LabError for a request that does not fit the specimen
 */
export function prune(specimen: Specimen, request: PruningRequest, seed = 0): PruningResult {
  return pruneSpecimen(specimen, request, stream(seed, 'pruning', 'dense', String(request.ratio)));
}
