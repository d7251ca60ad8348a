import {
  isRelu,
  layersOf,
  requireNetwork,
  type LinearLayer,
  type Network,
} from '../network/layout';
import type { Coefficients } from './probe';

/**
 * Some inputs of the distribution probe: first samples as they are, then copies of them that lack one feature,
 * grouped by feature. A sample that does not have a feature needs no copy, which would equal it.
 */
export interface SampleRows {
  /** Number of samples, the first rows. */
  readonly samples: number;
  /** Number of samples and copies together. */
  readonly rows: number;
  /** `[features + 1]`: row of the first copy that lacks each feature, then the number of rows. */
  readonly starts: Int32Array;
  /** `[rows]`: row of the sample that a copy is of. */
  readonly whole: Int32Array;
  /**
   * The specimen's inputs by columns, `[inputDim, rows]`, followed by `inputDim` zeros: the parameters of a
   * layer whose output for row r alone is that row's inputs.
   */
  readonly inputs: Float32Array;
}

/** Enough rows for long vectors, whose values in one layer still fit the second cache. */
const CHUNK_ROWS = 1024;

/** Limit on cached numbers of inputs: 64 MB. */
export const CACHED_NUMBERS = 16e6;

/** The inputs of the distribution probe, which are the same for every specimen. */
export interface ProbeInputs {
  readonly samples: number;
  /** Number of samples and copies together. */
  readonly rows: number;
  readonly features: number;
  /** Width of the specimen's inputs. */
  readonly inputDim: number;
  /** `[features]`: number of samples that have the feature. */
  readonly present: Uint32Array;
  /** Visits all samples in chunks. */
  readonly forEachChunk: (visit: (chunk: SampleRows) => void) => void;
}

/**
 * The first samples and their copies without a feature, as a specimen reads them. They are encoded in float64
 * and rounded to float32.
 * @param encoder features → inputs; without it the features are the specimen's inputs
 * @param count number of samples; at most as many as there are
 */
export function probeInputs(
  encoder: Network | undefined,
  coefficients: Coefficients,
  count: number,
): ProbeInputs {
  if (encoder) requireNetwork(encoder);
  const { features } = coefficients;
  const samples = Math.min(coefficients.samples, count);
  const values = coefficients.values.subarray(0, samples * features);
  const encode = encoderOf(encoder, features);
  const present = new Uint32Array(features);
  const bounds = [0];
  let pairs = 0;
  let rows = 0;
  for (let s = 0; s < samples; s++) {
    rows++;
    for (let f = 0; f < features; f++) {
      if (values[s * features + f] === 0) continue;
      present[f]++;
      pairs++;
      rows++;
    }
    if (rows < CHUNK_ROWS && s + 1 < samples) continue;
    bounds.push(s + 1);
    rows = 0;
  }
  const { inputDim } = encode;
  const chunkAt = (i: number): SampleRows =>
    chunkOf(values.subarray(bounds[i] * features, bounds[i + 1] * features), features, encode);
  const cache: SampleRows[] = [];
  const caches = (samples + pairs) * inputDim <= CACHED_NUMBERS;
  return {
    samples,
    rows: samples + pairs,
    features,
    inputDim,
    present,
    forEachChunk(visit) {
      for (let i = 0; i + 1 < bounds.length; i++) {
        const chunk = i < cache.length ? cache[i] : chunkAt(i);
        if (caches && i === cache.length) cache.push(chunk);
        visit(chunk);
      }
    },
  };
}

/**
 * The first samples alone, where their coefficients are not known: enough to see which neurons respond to them.
 * @param inputs `[samples, inputDim]`
 */
export function inputsAlone(
  inputs: Float32Array,
  inputDim: number,
  features: number,
  count: number,
): ProbeInputs {
  const samples = Math.min(inputs.length / inputDim, count);
  const chunkAt = (first: number): SampleRows => {
    const rows = Math.min(CHUNK_ROWS, samples - first);
    const columns = new Float32Array(inputDim * (rows + 1));
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < inputDim; i++) {
        columns[i * rows + r] = inputs[(first + r) * inputDim + i];
      }
    }
    const whole = Int32Array.from({ length: rows }, (_, r) => r);
    const starts = new Int32Array(features + 1).fill(rows);
    return { samples: rows, rows, starts, whole, inputs: columns };
  };
  return {
    samples,
    rows: samples,
    features,
    inputDim,
    present: new Uint32Array(features),
    forEachChunk(visit) {
      for (let first = 0; first < samples; first += CHUNK_ROWS) visit(chunkAt(first));
    },
  };
}

function chunkOf(values: Float32Array, features: number, encode: Encode): SampleRows {
  const samples = values.length / features;
  const starts = new Int32Array(features + 1);
  const whole: number[] = Array.from({ length: samples }, (_, s) => s);
  for (let f = 0; f < features; f++) {
    starts[f] = whole.length;
    for (let s = 0; s < samples; s++) if (values[s * features + f] !== 0) whole.push(s);
  }
  const rows = (starts[features] = whole.length);
  const { inputDim } = encode;
  const inputs = new Float32Array(inputDim * (rows + 1));
  const put = (code: Float64Array, row: number): void => {
    for (let i = 0; i < inputDim; i++) inputs[i * rows + row] = code[i];
  };
  for (let s = 0; s < samples; s++) put(encode.whole(values, s), s);
  for (let f = 0; f < features; f++) {
    for (let r = starts[f]; r < starts[f + 1]; r++) put(encode.lacking(values, whole[r], f), r);
  }
  return { samples, rows, starts, whole: Int32Array.from(whole), inputs };
}

/** Encodes a sample of a chunk, or a copy of it without a feature; results are valid until the next call. */
interface Encode {
  readonly inputDim: number;
  readonly whole: (values: Float32Array, sample: number) => Float64Array;
  readonly lacking: (values: Float32Array, sample: number, feature: number) => Float64Array;
}

function encoderOf(encoder: Network | undefined, features: number): Encode {
  if (!encoder) return withoutEncoder(features);
  const layers = layersOf(encoder);
  const [first, ...others] = layers;
  const relu = encoder.layout.activations.map(isRelu);
  const sums = new Float64Array(first.outputs);
  const firstSums = (values: Float32Array, sample: number, lacking: number): void => {
    const { inputs, outputs, weights, biases } = first;
    const c = values.subarray(sample * features, (sample + 1) * features);
    for (let o = 0; o < outputs; o++) {
      let sum = biases[o];
      for (let i = 0; i < inputs; i++) if (i !== lacking) sum += weights[o * inputs + i] * c[i];
      sums[o] = sum;
    }
  };
  const encode = (values: Float32Array, sample: number, lacking: number): Float64Array => {
    firstSums(values, sample, lacking);
    let x: Float64Array = sums;
    others.forEach((layer, l) => {
      x = affine(layer, relu[l] ? x.map((value) => (value < 0 ? 0 : value)) : x);
    });
    return x;
  };
  return {
    inputDim: layers[layers.length - 1].outputs,
    whole: (values, sample) => encode(values, sample, -1),
    lacking: encode,
  };
}

function withoutEncoder(features: number): Encode {
  const whole = (values: Float32Array, sample: number): Float64Array =>
    Float64Array.from(values.subarray(sample * features, (sample + 1) * features));
  return {
    inputDim: features,
    whole,
    lacking(values, sample, feature) {
      const copy = whole(values, sample);
      copy[feature] = 0;
      return copy;
    },
  };
}

function affine({ inputs, outputs, weights, biases }: LinearLayer, x: Float64Array): Float64Array {
  const out = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = biases[o];
    for (let i = 0; i < inputs; i++) sum += weights[o * inputs + i] * x[i];
    out[o] = sum;
  }
  return out;
}
