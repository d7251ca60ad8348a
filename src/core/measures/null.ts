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

/** Number of readouts measured at a time. */
const BLOCK = 1024;
/** Estimated cost of drawing and measuring a cell of a matrix, for pacing. */
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
export function nullOf(codes: FeatureCodes, options: NullOptions): Nulls {
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
  codes: FeatureCodes,
  options: NullOptions,
  arithmetic?: MeasureArithmetic,
): Generator<number, Nulls, void> {
  const { widths, readouts, nets = netsFor(widths, readouts), seed = 0 } = options;
  requireCodes(codes);
  widths.forEach((width, layer) => requireCount(width, `widths[${layer}]`));
  requireCount(readouts, 'readouts');
  requireCount(nets, 'nets');
  const values = new Map<MeasureId, number[]>(MEASURES.map(({ id }) => [id, []]));

  const single = stream(seed, 'null', 'neurons');
  for (let drawn = 0; drawn < readouts; drawn += BLOCK) {
    const block = drawMatrices(codes, single, [Math.min(BLOCK, readouts - drawn)], options);
    for (const [id, perNeuron] of measureSingleNeurons(block.matrix, block.options, arithmetic)) {
      const all = values.get(id);
      perNeuron.forEach((value) => all?.push(value));
    }
    yield OPERATIONS_PER_CELL * block.matrix.values.length;
  }

  const others = MEASURES.filter((measure) => !isOfSingleNeurons(measure));
  const whole = stream(seed, 'null', 'nets');
  for (let net = 0; net < nets; net++) {
    const { matrix, options: how } = drawMatrices(codes, whole, widths, options);
    const measured = measureMatrix(matrix, how, arithmetic);
    for (const { id } of others) values.get(id)?.push(measured[id].net.mean);
    yield OPERATIONS_PER_CELL * matrix.values.length;
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

/** A matrix of random readouts in layers of these widths, and the options to measure it with. */
function drawMatrices(
  codes: FeatureCodes,
  source: BitSource,
  widths: readonly number[],
  { activation = 'linear', rows = 'pre-activation', threshold, compatibility }: NullOptions,
): { matrix: MeasuredMatrix; options: Parameters<typeof measureMatrix>[1] } {
  const { features } = codes;
  let neurons = 0;
  const layers = widths.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  const values = readoutsOf(codes, source, neurons);
  const shape = { neurons, features, layers };
  const linear: MeasuredMatrix = { ...shape, values, rows };
  if (activation === 'linear') return { matrix: linear, options: { threshold, compatibility } };
  const activations: MeasuredMatrix = {
    ...shape,
    values: values.map((x) => Math.max(0, x)),
    rows: 'post-activation',
  };
  return {
    matrix: rows === 'post-activation' ? activations : linear,
    options: { activations, threshold, compatibility },
  };
}

/** `[neurons, features]`: w·code_f, with a new w for each row. */
function readoutsOf(
  { features, values }: FeatureCodes,
  source: BitSource,
  neurons: number,
): Float64Array {
  const readouts = new Float64Array(neurons * features);
  const weights = new Float64Array(values.length / features);
  for (let row = 0; row < readouts.length; row += features) {
    for (let d = 0; d < weights.length; d++) weights[d] = normal(source);
    for (let f = 0; f < features; f++) {
      let sum = 0;
      for (let d = 0; d < weights.length; d++) sum += weights[d] * values[f * weights.length + d];
      readouts[row + f] = sum;
    }
  }
  return readouts;
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
