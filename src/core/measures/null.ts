import { counted } from '../counted';
import { invalid, show } from '../errors';
import type { Activation } from '../network/layout';
import type { BitSource } from '../random/bitSource';
import { normal } from '../random/normal';
import { stream } from '../random/streams';
import type { FeatureCodes } from '../attribution/featureCodes';
import type { RowKind } from '../attribution/matrix';
import { quantileOfSorted } from '../statistics/quantile';
import type { MeasureArithmetic } from './arithmetic';
import type { MeasuredMatrix } from './check';
import {
  isOfSingleNeurons,
  measureMatrix,
  measureSingleNeurons,
  type Compatibility,
} from './measure';
import { MEASURES, type MeasureId } from './table';

/** Parameters of the null. */
export interface NullOptions {
  /**
   * Widths of the hidden layers before pruning: the number of readouts in a net, for measures of features
   * and nets. They do not affect the null of measures of single neurons.
   */
  readonly widths: readonly number[];
  /** Number of readouts for measures of single neurons, at least 1. */
  readonly readouts: number;
  /** Number of nets for all other measures, at least 1; by default {@link netsFor}. */
  readonly nets?: number;
  /**
   * Activation after the readouts; by default `linear`. With `relu`, rectified readouts are used as the
   * activations; otherwise measures of activations are missing.
   */
  readonly activation?: Activation;
  /** Kind of rows, by default `pre-activation`; `post-activation` rows after a `relu` are rectified. */
  readonly rows?: RowKind;
  /** τ of the monosemantic fraction, in (0, 1); by default 0.5. */
  readonly threshold?: number;
  /** By default `none`. */
  readonly compatibility?: Compatibility;
  /** Seed of the streams; by default 0. */
  readonly seed?: number;
}

/** Distribution of a measure where nothing was learned. */
export interface NullDistribution {
  /** Whether each value belongs to a single neuron, or is a net's mean. */
  readonly of: 'neuron' | 'net';
  /** NaN when no value was defined. */
  readonly mean: number;
  /** Standard deviation of the values, divisor n − 1; NaN for fewer than two values. */
  readonly sd: number;
  /** Standard error of the mean, sd / √count. */
  readonly standardError: number;
  /** 2.5 and 97.5 percentiles of the values. */
  readonly low: number;
  readonly high: number;
  /** Number of defined values. */
  readonly count: number;
}

/** The null of every measure. */
export type Nulls = Readonly<Record<MeasureId, NullDistribution>>;

/** More nets would hardly improve the estimate, and each costs as much as a specimen. */
const MAX_NETS = 64;

/** Default number of readouts measured at a time. */
const BLOCK = 1024;
/** Default estimate of the cost of drawing and measuring a cell of a matrix. */
const OPERATIONS_PER_CELL = 200;

/** Default number of nets: as many as the readouts would fill, at most 64. */
export function netsFor(widths: readonly number[], readouts: number): number {
  const neurons = widths.reduce((sum, width) => sum + width, 0);
  return Math.min(MAX_NETS, Math.ceil(readouts / neurons));
}

/**
 * The null distribution of each measure: neurons that read the feature codes with random weights. A
 * readout's row is w·code_f with w from the standard normal distribution and no bias, or max(0, w·code_f)
 * where rows are after a ReLU. Measures of single neurons are computed from many readouts, the others from
 * nets of readouts.
 * @throws LabError when sizes do not fit, or there are no readouts or nets
 */
export function nullOf(codes: FeatureCodes | ReadoutSource, options: NullOptions): Nulls {
  const steps = nullInSteps(codes, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * {@link nullOf} in steps.
 * @param arithmetic does not change any number; plain TypeScript by default
 * @returns the null; yields after each step the approximate number of operations that it took
 */
export function* nullInSteps(
  codes: FeatureCodes | ReadoutSource,
  options: NullOptions,
  arithmetic?: MeasureArithmetic,
): Generator<number, Nulls, void> {
  const { widths, readouts, nets = netsFor(widths, readouts), seed = 0 } = options;
  const read = 'draw' in codes ? codes : readoutsOfCodes(codes);
  widths.forEach((width, layer) => requireCount(width, `widths[${layer}]`));
  requireCount(readouts, 'readouts');
  requireCount(nets, 'nets');
  const values = new Map<MeasureId, number[]>(MEASURES.map(({ id }) => [id, []]));

  const single = stream(seed, 'null', 'neurons');
  const { block: atOnce = BLOCK, operationsPerCell = OPERATIONS_PER_CELL } = read;
  for (let drawn = 0; drawn < readouts; drawn += atOnce) {
    const block = drawMatrices(read, single, [Math.min(atOnce, readouts - drawn)], options);
    for (const [id, perNeuron] of measureSingleNeurons(block.matrix, block.options, arithmetic)) {
      const all = values.get(id);
      perNeuron.forEach((value) => all?.push(value));
    }
    yield operationsPerCell * block.matrix.values.length;
  }

  const others = MEASURES.filter((measure) => !isOfSingleNeurons(measure));
  const whole = stream(seed, 'null', 'nets');
  for (let net = 0; net < nets; net++) {
    const { matrix, options: how } = drawMatrices(read, whole, widths, options);
    const measured = measureMatrix(matrix, how, arithmetic);
    for (const { id } of others) values.get(id)?.push(measured[id].net.mean);
    yield operationsPerCell * matrix.values.length;
  }

  const entries = MEASURES.map((measure): [MeasureId, NullDistribution] => [
    measure.id,
    distributionOf(
      isOfSingleNeurons(measure) ? 'neuron' : 'net',
      Float64Array.from(values.get(measure.id) ?? []),
    ),
  ]);
  return Object.fromEntries(entries) as Record<MeasureId, NullDistribution>;
}

function requireCodes({ features, values }: FeatureCodes): void {
  if (!(features >= 1) || values.length % features !== 0) {
    throw invalid(
      `${counted(values.length, 'value')} cannot be divided into codes of ${show(features)} features`,
      {
        field: 'codes',
      },
    );
  }
}

function requireCount(count: number, field: string): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw invalid(`must be an integer of at least 1, not ${show(count)}`, { field });
}

/** Reads features with random weights. */
export interface ReadoutSource {
  readonly features: number;
  /** Number of weights of a readout. */
  readonly inputDim: number;
  /** Number of readouts to draw at a time. */
  readonly block?: number;
  /** Estimated cost of drawing and measuring a cell of a matrix, for pacing. */
  readonly operationsPerCell?: number;
  /**
   * Effects of the features on readouts, and if these are rectified, the activations: `[neurons, features]`.
   * @param weights `[neurons, inputDim]`
   */
  readonly draw: (
    weights: Float64Array,
    how: { readonly rectified: boolean; readonly rows: RowKind },
  ) => { readonly values: Float64Array; readonly activations?: Float64Array };
}

/** A matrix of random readouts in layers of these widths, and the options to measure it with. */
function drawMatrices(
  { features, inputDim, draw }: ReadoutSource,
  source: BitSource,
  widths: readonly number[],
  { activation = 'linear', rows = 'pre-activation', threshold, compatibility }: NullOptions,
): { matrix: MeasuredMatrix; options: Parameters<typeof measureMatrix>[1] } {
  let neurons = 0;
  const layers = widths.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  const weights = new Float64Array(neurons * inputDim);
  for (let i = 0; i < weights.length; i++) weights[i] = normal(source);
  const { values, activations } = draw(weights, { rectified: activation === 'relu', rows });
  const shape = { neurons, features, layers };
  const options = { threshold, compatibility };
  return {
    matrix: { ...shape, values, rows },
    options: activations
      ? { ...options, activations: { ...shape, values: activations, rows: 'post-activation' } }
      : options,
  };
}

/** Readouts of codes: w·code_f, and after a ReLU max(0, w·code_f). */
function readoutsOfCodes(codes: FeatureCodes): ReadoutSource {
  requireCodes(codes);
  const { features, values } = codes;
  const inputDim = values.length / features;
  return {
    features,
    inputDim,
    draw(weights, { rectified, rows }) {
      const linear = productsOf(weights, codes, inputDim);
      if (!rectified) return { values: linear };
      const activations = linear.map((x) => Math.max(0, x));
      return { values: rows === 'post-activation' ? activations : linear, activations };
    },
  };
}

/** `[neurons, features]`: w·code_f */
function productsOf(
  weights: Float64Array,
  { features, values }: FeatureCodes,
  inputDim: number,
): Float64Array {
  const products = new Float64Array((weights.length / inputDim) * features);
  for (let row = 0, w = 0; w < weights.length; row += features, w += inputDim) {
    for (let f = 0; f < features; f++) {
      let sum = 0;
      for (let d = 0; d < inputDim; d++) sum += weights[w + d] * values[f * inputDim + d];
      products[row + f] = sum;
    }
  }
  return products;
}

/** @param values NaN is skipped */
function distributionOf(of: NullDistribution['of'], values: Float64Array): NullDistribution {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = count < 2 ? NaN : Math.sqrt(squares / (count - 1));
  return {
    of,
    mean,
    sd,
    standardError: sd / Math.sqrt(count),
    low: quantileOfSorted(sorted, 0.025),
    high: quantileOfSorted(sorted, 0.975),
    count,
  };
}
