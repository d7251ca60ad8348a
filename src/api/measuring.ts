import { counted } from '../core/counted';
import type { AttributionMatrix } from '../core/attribution/matrix';
import { probeActivations, specimenMatrix } from '../core/attribution/attribute';
import { readDistribution } from '../core/attribution/distribution';
import {
  displaced,
  displacementOf,
  featureStatistics,
  firstSamples,
  PROBE_SAMPLES,
  type Baseline,
  type Coefficients,
  type ProbeName,
} from '../core/attribution/probe';
import { probedMatrix } from '../core/attribution/probedMatrix';
import { probeInputs } from '../core/attribution/sampleRows';
import type { AttributionRequest } from '../core/attribution/request';
import type { ToyData } from '../core/data/generate';
import { encodedFeatures } from '../core/attribution/featureCodes';
import type { DataSet } from '../core/data/dataSet';
import { invalid, show } from '../core/errors';
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
import type { z } from 'zod';
import { apart, fieldsOf, listOf, numbersOf, requireCount, requireFinite } from './checks/arrays';
import { checked } from './checks/checked';
import { checkedFittingData } from './checks/data';
import { checkedMeasured } from './checks/matrices';
import { checkedNetwork, checkedSpecimen, MAX_NUMBERS } from './checks/networks';
import * as options from './checks/options';
import { localEngine } from './engine';

/** What the columns of a matrix mean, as in `attribution.probes` of an experiment. */
export interface ProbeOptions {
  /** By default `one-hot`. */
  readonly probe?: ProbeName;
  /** Where the paths of `one-hot` and `scaled` start; by default `zero`. */
  readonly baseline?: Baseline;
  /** Number of samples that `distribution` reads, from the first on; by default 1500, or all. */
  readonly samples?: number;
  /**
   * `[samples, features]`: the coefficients of the data, used in float32. Required by `scaled`,
   * `distribution` and the baseline `mean`, unless `data` are given.
   */
  readonly coefficients?: Float32Array | Float64Array;
  /** Data with coefficients, as `generateData` returns them. */
  readonly data?: Pick<ToyData, 'coefficients'>;
}

/** How to compute a matrix: method, kind of rows and probe. */
export type AttributeOptions = Partial<AttributionRequest> & ProbeOptions;

/**
 * Attribution matrix: the effect of each feature on each hidden neuron, through encoder and specimen.
 * @param encoder features → inputs; undefined if the features are the specimen's inputs
 * @param request as in an experiment, with its defaults: the finite difference n(e_f) − n(0) of
 *   pre-activations. The method does not apply to the probe `distribution`
 * @returns `[neurons, features]`. Of the probe `distribution`, `values` are the mean magnitudes, which measures
 *   are computed from, and `signed` the signed means
 * @throws LabError naming what is invalid, or when encoder and specimen do not fit each other
 */
export function attribute(
  encoder: Network | undefined,
  specimen: Specimen,
  request: AttributeOptions = {},
): AttributionMatrix {
  const { given, others } = coefficientsApart(request, 'request');
  const { probe, baseline, samples, ...how } = checked(
    options.attributionRequest,
    others,
    'request',
  );
  const nets = checkedNetworks(encoder, specimen);
  const { attribution: arithmetic } = localEngine();
  const choice = checkedProbe({ probe, baseline, samples }, given, featuresOf(nets));
  const task =
    choice.probe === 'distribution'
      ? { ...nets, samples: firstSamples(choice.coefficients, choice.samples) }
      : probedNetworks(nets, choice);
  return probedMatrix({ ...task, request: how }, arithmetic);
}

/**
 * Output of each hidden neuron after its activation function, for each feature alone or as the probe says:
 * of `distribution`, the mean over the samples that have the feature, NaN if none has it.
 * @returns `[neurons, features]`
 * @throws LabError naming what is invalid, or when encoder and specimen do not fit each other
 */
export function activations(
  encoder: Network | undefined,
  specimen: Specimen,
  probe: ProbeOptions = {},
): AttributionMatrix {
  const { given, others } = coefficientsApart(probe, 'probe');
  const how = checked(options.activationRequest, others, 'probe');
  const nets = checkedNetworks(encoder, specimen);
  const { attribution: arithmetic } = localEngine();
  const choice = checkedProbe(how, given, featuresOf(nets));
  if (choice.probe === 'distribution') {
    const { coefficients } = choice;
    const inputs = probeInputs(nets.encoder, coefficients, choice.samples);
    const { activity } = readDistribution(nets.specimen, inputs, {
      kinds: [],
      byFeature: true,
      arithmetic,
    });
    const { features } = coefficients;
    return specimenMatrix(nets.specimen, features, 'post-activation', activity.present, 0);
  }
  const probed = probedNetworks(nets, choice);
  return probeActivations(probed.encoder, probed.specimen, arithmetic);
}

interface CheckedNetworks {
  readonly encoder: Network | undefined;
  readonly specimen: Specimen;
}

type CheckedProbe =
  | {
      readonly probe: 'distribution';
      readonly samples: number;
      readonly coefficients: Coefficients;
    }
  | {
      readonly probe: Exclude<ProbeName, 'distribution'>;
      readonly baseline: Baseline;
      readonly coefficients?: Coefficients;
    };

function featuresOf({ encoder, specimen }: CheckedNetworks): number {
  return (encoder ?? specimen).layout.widths[0];
}

/** @throws LabError for options that do not belong to the probe, or coefficients that are missing */
function checkedProbe(
  { probe, baseline, samples }: z.output<typeof options.activationRequest>,
  given: GivenCoefficients,
  features: number,
): CheckedProbe {
  if (probe === 'distribution') {
    if (baseline !== undefined) {
      throw invalid(`${show(baseline)} is not allowed: "distribution" does not support it`, {
        field: 'baseline',
      });
    }
    const coefficients = checkedCoefficients(given, features, `the probe "${probe}"`);
    if (samples !== undefined && samples > coefficients.samples) {
      throw invalid(
        `${samples} is not allowed: there are ${counted(coefficients.samples, 'sample')} of coefficients`,
        { field: 'samples' },
      );
    }
    return { probe, samples: samples ?? PROBE_SAMPLES, coefficients };
  }
  if (samples !== undefined) {
    throw invalid(`${samples} is not allowed: only "distribution" reads samples`, {
      field: 'samples',
    });
  }
  const start = baseline ?? 'zero';
  if (probe === 'one-hot' && start === 'zero') return { probe, baseline: start };
  const needed = probe === 'scaled' ? `the probe "${probe}"` : `the baseline "${start}"`;
  const coefficients = checkedCoefficients(given, features, needed);
  return { probe, baseline: start, coefficients };
}

/** Coefficients that were given, with the name of their field. */
interface GivenCoefficients {
  readonly value: unknown;
  readonly field: string;
}

/** Separates the coefficients from the other options. @throws LabError if they are given twice */
function coefficientsApart(
  value: unknown,
  name: string,
): { readonly given: GivenCoefficients; readonly others: unknown } {
  const [coefficients, rest] = apart(value, 'coefficients', name);
  const [data, others] = apart(rest, 'data', name);
  if (data === undefined) return { given: { value: coefficients, field: 'coefficients' }, others };
  if (coefficients !== undefined) {
    throw invalid('is not allowed beside data, which have coefficients too', {
      field: 'coefficients',
    });
  }
  const found = fieldsOf(data, ['coefficients'], 'data', 'data with coefficients');
  return { given: { value: found.coefficients, field: 'data.coefficients' }, others };
}

function checkedCoefficients(
  { value, field }: GivenCoefficients,
  features: number,
  neededBy: string,
): Coefficients {
  if (value === undefined) throw invalid(`is missing: ${neededBy} needs it`, { field });
  const isDouble = Object.prototype.toString.call(value) === '[object Float64Array]';
  const values = isDouble
    ? Float32Array.from(numbersOf(value, field, 'Float64Array'))
    : numbersOf(value, field, 'Float32Array');
  if (values.length === 0 || values.length % features !== 0) {
    throw invalid(
      `has ${counted(values.length, 'entry')}, which is not a multiple of ${counted(features, 'feature')}`,
      { field },
    );
  }
  requireFinite(values, field, features);
  return { samples: values.length / features, features, values };
}

/** The networks whose one-hot probe is the requested one. */
function probedNetworks(
  nets: CheckedNetworks,
  choice: Exclude<CheckedProbe, { probe: 'distribution' }>,
): CheckedNetworks {
  const { probe, baseline, coefficients } = choice;
  const displacement =
    coefficients && displacementOf(probe, baseline, featureStatistics(coefficients));
  if (!displacement) return nets;
  const { encoder, specimen } = nets;
  return encoder
    ? { encoder: displaced(encoder, displacement), specimen }
    : { encoder, specimen: { ...specimen, ...displaced(specimen, displacement) } };
}

function checkedNetworks(encoder: unknown, specimen: unknown): CheckedNetworks {
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
