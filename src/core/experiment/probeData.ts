import {
  displaced,
  displacementOf,
  featureStatistics,
  firstSamples,
  type Coefficients,
  type FeatureStatistics,
} from '../attribution/probe';
import { probeInputs, type ProbeInputs } from '../attribution/sampleRows';
import { invalid } from '../errors';
import type { Network } from '../network/layout';
import { needsCoefficients, probeSamples, type Reading } from './readings';
import type { Specification } from './specification';

/** What probes need to know of the coefficients, as plain data that can be sent to another thread. */
export interface ProbeData {
  /** Of the first samples: as many as the probes read. */
  readonly coefficients: Coefficients;
  /** Of all samples. */
  readonly statistics: FeatureStatistics;
}

/**
 * The part of the coefficients that the probes of a specification need; undefined if there are none.
 * @throws LabError when the probes need coefficients that the data do not have
 */
export function probeDataOf(
  specification: Specification,
  coefficients: Coefficients | undefined,
): ProbeData | undefined {
  if (specification.attribution.probes === undefined) return undefined;
  if (!coefficients) {
    if (needsCoefficients(specification)) throw lacking();
    return undefined;
  }
  const read = firstSamples(coefficients, probeSamples(specification));
  return {
    // A copy, so that the coefficients of the other samples need not be sent.
    coefficients: { ...read, values: read.values.slice() },
    statistics: featureStatistics(coefficients),
  };
}

/** @throws LabError unless there are coefficients */
export function required(probes: ProbeData | undefined): ProbeData {
  if (!probes) throw lacking();
  return probes;
}

function lacking(): Error {
  return invalid(
    'these probes need the coefficients of the samples, which the data do not have; use "one-hot"',
    { field: 'attribution.probes' },
  );
}

/** The encoder whose one-hot vectors are the ends of a probe's paths, and whose zero is their start. */
export function probedEncoder(
  encoder: Network,
  { probe, baseline }: Pick<Reading, 'probe' | 'baseline'>,
  probes: ProbeData | undefined,
): Network {
  if (probe === 'distribution' || (probe === 'one-hot' && baseline === 'zero')) return encoder;
  const displacement = displacementOf(probe, baseline, required(probes).statistics);
  return displacement ? displaced(encoder, displacement) : encoder;
}

/** The samples that the distribution probe reads. */
export function distributionInputs(
  encoder: Network,
  { coefficients }: ProbeData,
  samples: number,
): ProbeInputs {
  return probeInputs(encoder, coefficients, samples);
}
