import type { AttributionMatrix } from '../core/attribution/matrix';
import { attribute as attributeIn, probeActivations } from '../core/attribution/attribute';
import type { AttributionRequest } from '../core/attribution/request';
import { encodedFeatures } from '../core/attribution/featureCodes';
import { invalid } from '../core/errors';
import { measureMatrix, type MeasureOptions, type Measurements } from '../core/measures/measure';
import { nullOf, type NullOptions, type Nulls } from '../core/measures/null';
import { neuronCount, type Network } from '../core/network/layout';
import type { Specimen } from '../core/network/specimen';
import { pruneSpecimen, type PruningResult } from '../core/pruning/prune';
import type { PruningRequest } from '../core/pruning/request';
import { stream } from '../core/random/streams';
import { apart } from './checks/arrays';
import { checked } from './checks/checked';
import { checkedMeasured } from './checks/matrices';
import { checkedNetwork, checkedSpecimen, MOST_NUMBERS } from './checks/networks';
import * as options from './checks/options';
import { localEngine } from './engine';

/**
 * What each feature alone does to each hidden neuron, through encoder and specimen.
 * @param encoder features → inputs; undefined where the inputs are the features
 * @param request as in an experiment, with its defaults: the finite difference n(e_f) − n(0), of
 *   pre-activations
 * @returns `[neurons, features]`
 * @throws LabError naming what is wrong, or when encoder and specimen do not fit each other
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: Partial<AttributionRequest> = {},
): AttributionMatrix {
  const how = checked(options.attributionRequest, request, 'request');
  const nets = checkedNetworks(encoder, specimen);
  return attributeIn(nets.encoder, nets.specimen, how, localEngine().attribution);
}

/**
 * What each feature alone makes each hidden neuron put out, after its activation function.
 * @returns `[neurons, features]`
 * @throws LabError naming what is wrong, or when encoder and specimen do not fit each other
 */
export function activations(encoder: Network | undefined, specimen: Specimen): AttributionMatrix {
  const nets = checkedNetworks(encoder, specimen);
  return probeActivations(nets.encoder, nets.specimen, localEngine().attribution);
}

function checkedNetworks(
  encoder: unknown,
  specimen: unknown,
): { readonly encoder: Network | undefined; readonly specimen: Specimen } {
  const nets = {
    encoder: encoder === undefined ? undefined : checkedNetwork(encoder, 'encoder'),
    specimen: checkedSpecimen(specimen, 'specimen'),
  };
  const { widths } = nets.specimen.layout;
  const [features] = nets.encoder?.layout.widths ?? widths;
  const inputs = nets.encoder?.layout.widths.at(-1) ?? widths[0];
  if (inputs !== widths[0]) {
    throw invalid(`gives ${inputs} inputs, but the specimen takes ${widths[0]}`, {
      field: 'encoder',
    });
  }
  const neurons = neuronCount(nets.specimen.layout);
  if (neurons * features > MOST_NUMBERS) {
    throw invalid(
      `an attribution matrix of ${neurons} × ${features} values would take too much memory; at most ${MOST_NUMBERS}`,
      { field: 'specimen' },
    );
  }
  return nets;
}

/**
 * Every measure of a matrix: per neuron or feature, per layer, and for the net.
 * @throws LabError naming what is wrong in matrix or options, or when activations do not fit the matrix
 */
export function measure(matrix: AttributionMatrix, how: MeasureOptions = {}): Measurements {
  const measured = checkedMeasured(matrix, 'matrix');
  const [given, others] = apart(how, 'activations', 'options');
  const { threshold, compatibility } = checked(options.measureOptions, others, 'options');
  return measureMatrix(measured, {
    threshold,
    compatibility,
    activations: given === undefined ? undefined : checkedMeasured(given, 'activations'),
  });
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
 * @throws LabError naming what is wrong
 */
export function measureNull(encoder: Network, shape: NullShape): Nulls {
  const codes = encodedFeatures(checkedNetwork(encoder, 'encoder'));
  const { hidden, repetitions, ...how } = checked(options.nullShape, shape, 'shape');
  return nullOf(codes, { ...how, widths: hidden, nets: repetitions });
}

/** What to prune; what is left out is as in an experiment. */
export type PruningOptions = Partial<PruningRequest> & Pick<PruningRequest, 'ratio'>;

/**
 * Prunes hidden units; the specimen that is given stays as it is.
 * @param request with the defaults of an experiment
 * @param seed where `random-structured` draws from; that of an experiment unless given: 42
 * @throws LabError naming what is wrong, or for a request that does not fit the specimen
 */
export function prune(specimen: Specimen, request: PruningOptions, seed?: number): PruningResult {
  const net = checkedSpecimen(specimen, 'specimen');
  const how = checked(options.pruningRequest, request, 'request');
  const from = checked(options.seedOrDefault, seed, 'seed');
  return pruneSpecimen(net, how, stream(from, 'pruning', 'dense', String(how.ratio)));
}
