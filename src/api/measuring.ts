import { counted } from '../core/counted';
import type { AttributionMatrix } from '../core/attribution/matrix';
import { attribute as attributeIn, probeActivations } from '../core/attribution/attribute';
import type { AttributionRequest } from '../core/attribution/request';
import { encodedFeatures } from '../core/attribution/featureCodes';
import type { DataSet } from '../core/data/dataSet';
import { invalid } from '../core/errors';
import { measureMatrix, type MeasureOptions, type Measurements } from '../core/measures/measure';
import { nullOf, type NullOptions, type Nulls } from '../core/measures/null';
import { neuronCount, parameterCount, type Network } from '../core/network/layout';
import type { Specimen } from '../core/network/specimen';
import { pruneSpecimen, type PruningResult } from '../core/pruning/prune';
import { needsData, type PruningMethod } from '../core/pruning/methods';
import type { PruningRequest } from '../core/pruning/request';
import type { ScoreSources } from '../core/pruning/sources';
import { weightRanges } from '../core/pruning/weightMask';
import { stream } from '../core/random/streams';
import { apart, listOf, numbersOf, requireCount, requireFinite } from './checks/arrays';
import { checked } from './checks/checked';
import { checkedFittingData } from './checks/data';
import { checkedMeasured } from './checks/matrices';
import { checkedNetwork, checkedSpecimen, MAX_NUMBERS } from './checks/networks';
import * as options from './checks/options';
import { localEngine } from './engine';

/**
 * Attribution matrix: the effect of each feature alone on each hidden neuron, through encoder and specimen.
 * @param encoder features → inputs; undefined if the features are the specimen's inputs
 * @param request as in an experiment, with its defaults: the finite difference n(e_f) − n(0) of
 *   pre-activations
 * @returns `[neurons, features]`
 * @throws LabError naming what is invalid, or when encoder and specimen do not fit each other
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
 * Output of each hidden neuron for each feature alone, after its activation function.
 * @returns `[neurons, features]`
 * @throws LabError naming what is invalid, or when encoder and specimen do not fit each other
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
    throw invalid(
      `has ${counted(inputs, 'output')}, but the specimen has ${counted(widths[0], 'input')}`,
      {
        field: 'encoder',
      },
    );
  }
  const neurons = neuronCount(nets.specimen.layout);
  if (neurons * features > MAX_NUMBERS) {
    throw invalid(
      `an attribution matrix of ${neurons} × ${features} values would take too much memory; the limit is ${MAX_NUMBERS}`,
      { field: 'specimen' },
    );
  }
  return nets;
}

/**
 * Computes all measures of a matrix: per neuron or feature, per layer, and for the net.
 * @throws LabError naming what is invalid in matrix or options, or when activations do not fit the matrix
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

/** Parameters of a null; the defaults are those of an experiment. */
export interface NullShape extends Omit<NullOptions, 'widths' | 'readouts' | 'nets'> {
  /** Widths of the hidden layers before pruning; they affect only measures of features and of nets. */
  readonly hidden: readonly number[];
  /** Number of random readouts for measures of single neurons; by default 65,536. */
  readonly readouts?: number;
  /** Number of nets for the other measures; by default as many as the readouts fill, at most 64. */
  readonly repetitions?: number;
}

/**
 * The null distribution of each measure: neurons that read the features' codes with random weights. It equals
 * the null of a run with the same codes, kind of rows and unpruned widths.
 * @throws LabError naming what is invalid
 */
export function measureNull(encoder: Network, shape: NullShape): Nulls {
  const codes = encodedFeatures(checkedNetwork(encoder, 'encoder'));
  const { hidden, repetitions, ...how } = checked(options.nullShape, shape, 'shape');
  return nullOf(codes, { ...how, widths: hidden, nets: repetitions });
}

/** What to prune; defaults are those of an experiment. */
export type PruningOptions = Partial<PruningRequest> & Pick<PruningRequest, 'ratio'>;

/** What scores are computed from; each method needs at most one of them. */
export interface PruningSources {
  /** The samples that the specimen is trained on: `taylor`, `taylor-gate`, `activation`, `apoz`, `snip`. */
  readonly data?: DataSet;
  /** `movement`: scores as returned by `scores`, per Linear layer `[outputs, inputs]`. */
  readonly movement?: readonly Float64Array[];
}

/**
 * Prunes hidden units, or masks single weights; the given specimen is not modified.
 * @param request with the defaults of an experiment
 * @param seed of `random` and `random-structured`; by default 42, as in an experiment
 * @param sources of the method's score
 * @throws LabError naming what is invalid or missing, or for a request that does not fit the specimen
 */
export function prune(
  specimen: Specimen,
  request: PruningOptions,
  seed?: number,
  sources?: PruningSources,
): PruningResult {
  const net = checkedSpecimen(specimen, 'specimen');
  const how = checked(options.pruningRequest, request, 'request');
  const from = checked(options.seedOrDefault, seed, 'seed');
  const random = stream(from, 'pruning', 'dense', String(how.ratio));
  return pruneSpecimen(net, how, random, checkedSources(sources, net, how.method));
}

function checkedSources(value: unknown, net: Specimen, method: PruningMethod): ScoreSources {
  const [data, withoutData] = apart(value, 'data', 'sources');
  const [movement, others] = apart(withoutData, 'movement', 'sources');
  checked(options.pruningSources, others, 'sources');
  const needed = needsData(method) ? 'data' : method === 'movement' ? 'movement' : undefined;
  if (needed !== undefined && { data, movement }[needed] === undefined) {
    throw invalid(`is missing: "${method}" needs it`, { field: `sources.${needed}` });
  }
  return {
    data:
      data === undefined
        ? undefined
        : checkedFittingData(data, net, 'the specimen', 'sources.data'),
    movement:
      movement === undefined ? undefined : checkedMovement(movement, net, 'sources.movement'),
  };
}

/** Scores per Linear layer in the places of their parameters, with 0 for biases. */
function checkedMovement(value: unknown, { layout }: Specimen, field: string): Float64Array {
  const ranges = weightRanges(layout);
  const layers = listOf(value, field);
  requireCount(layers, ranges.length, 'Linear layers there are', field);
  const movement = new Float64Array(parameterCount(layout));
  layers.forEach((layer, l) => {
    const scores = numbersOf(layer, `${field}[${l}]`, 'Float64Array');
    const { start, length } = ranges[l];
    requireCount(scores, length, `weights of Linear layer ${l} there are`, `${field}[${l}]`);
    requireFinite(scores, `${field}[${l}]`, layout.widths[l]);
    movement.set(scores, start);
  });
  return movement;
}
