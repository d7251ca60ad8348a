import type { Network } from '../network/layout';
import { layersOf } from '../network/layout';

/**
 * What column f of an attribution matrix means, where n is a hidden neuron, b the baseline (0, or the mean μ
 * of the coefficients) and σ_f the standard deviation of the coefficients of feature f:
 *
 * - `one-hot`: n(b + e_f) − n(b)
 * - `scaled`: n(b + σ_f e_f) − n(b)
 * - `distribution`: the mean over samples c of the data of n(c) − n(c with c_f = 0)
 */
export const PROBES = ['one-hot', 'scaled', 'distribution'] as const;

export type ProbeName = (typeof PROBES)[number];

/** Where the paths of the probes `one-hot` and `scaled` start: no features, or their means. */
export const BASELINES = ['zero', 'mean'] as const;

export type Baseline = (typeof BASELINES)[number];

/** Default number of samples of the distribution probe. */
export const PROBE_SAMPLES = 1500;

/** The coefficients of samples: how strongly each feature is present in each sample. */
export interface Coefficients {
  readonly samples: number;
  readonly features: number;
  /** `[samples, features]` */
  readonly values: Float32Array;
}

/** The coefficients of the first samples, as a view; of all if there are fewer. */
export function firstSamples(
  { samples, features, values }: Coefficients,
  count: number,
): Coefficients {
  const used = Math.min(samples, count);
  return { samples: used, features, values: values.subarray(0, used * features) };
}

/** Mean and standard deviation of each feature's coefficients. */
export interface FeatureStatistics {
  /** `[features]` */
  readonly means: Float64Array;
  /** `[features]`: of the population, divisor n. */
  readonly deviations: Float64Array;
}

/** Mean and standard deviation (divisor n) of each feature over all samples, in float64. */
export function featureStatistics({ samples, features, values }: Coefficients): FeatureStatistics {
  const means = new Float64Array(features);
  const deviations = new Float64Array(features);
  for (let i = 0; i < values.length; i++) means[i % features] += values[i];
  for (let f = 0; f < features; f++) means[f] /= samples;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i] - means[i % features];
    deviations[i % features] += difference * difference;
  }
  for (let f = 0; f < features; f++) deviations[f] = Math.sqrt(deviations[f] / samples);
  return { means, deviations };
}

/**
 * A network that reads x as the inputs b + s·x of the given one: e_f stands for b + s_f e_f, and 0 for b. So
 * a probe from another baseline, or of another size, is the one-hot probe of the displaced network.
 * Parameters are rounded to float32.
 */
export function displaced(
  network: Network,
  { scale, baseline }: { readonly scale?: Float64Array; readonly baseline?: Float64Array },
): Network {
  const parameters = network.parameters.slice();
  const [first] = layersOf({ layout: network.layout, parameters });
  const { inputs, outputs, weights, biases } = first;
  for (let o = 0; o < outputs; o++) {
    let bias = biases[o];
    for (let i = 0; i < inputs; i++) {
      const weight = weights[o * inputs + i];
      if (baseline) bias += weight * baseline[i];
      if (scale) weights[o * inputs + i] = weight * scale[i];
    }
    biases[o] = bias;
  }
  return { layout: network.layout, parameters };
}

/** The displacement of a probe; undefined for one-hot vectors from zero, which displace nothing. */
export function displacementOf(
  probe: Exclude<ProbeName, 'distribution'>,
  baseline: Baseline,
  { means, deviations }: FeatureStatistics,
): Parameters<typeof displaced>[1] | undefined {
  if (probe === 'one-hot' && baseline === 'zero') return undefined;
  return {
    scale: probe === 'scaled' ? deviations : undefined,
    baseline: baseline === 'mean' ? means : undefined,
  };
}
