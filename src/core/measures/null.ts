import { invalid, show } from '../errors';
import type { Activation } from '../network/layout';
import type { BitSource } from '../random/bitSource';
import { normal } from '../random/normal';
import { stream } from '../random/streams';
import type { FeatureCodes } from '../attribution/featureCodes';
import type { RowKind } from '../attribution/matrix';
import { quantileOfSorted } from '../statistics/quantile';
import type { MeasuredMatrix } from './check';
import {
  isOfSingleNeurons,
  measureMatrix,
  measureSingleNeurons,
  type Compatibility,
} from './measure';
import { MEASURES, type MeasureId } from './table';

/** What is drawn, and how it is measured. */
export interface NullOptions {
  /**
   * Widths of the hidden layers before anything is pruned: so many readouts a net has, of which measures
   * of features and nets are taken. They play no part in the null of measures of single neurons.
   */
  readonly widths: readonly number[];
  /** Readouts behind the null of measures of single neurons, at least 1. */
  readonly readouts: number;
  /** Nets behind the null of all other measures, at least 1; as {@link netsFor} gives them unless given. */
  readonly nets?: number;
  /**
   * What follows the readouts; `linear` unless given. With `relu`, rectified readouts stand for the
   * activations; without, measures of activations are missing.
   */
  readonly activation?: Activation;
  /** Kind of rows: after a `relu` they are rectified readouts. `pre-activation` unless given. */
  readonly rows?: RowKind;
  /** τ of the monosemantic fraction, in (0, 1); 0.5 unless given. */
  readonly threshold?: number;
  /** `none` unless given. */
  readonly compatibility?: Compatibility;
  /** Names the streams that are drawn from; 0 unless given. */
  readonly seed?: number;
}

/** What a measure comes to where nothing was learned. */
export interface NullDistribution {
  /** What one value belongs to: a single neuron, or a net, whose mean it is. */
  readonly of: 'neuron' | 'net';
  /** NaN when the measure was never defined. */
  readonly mean: number;
  /** Standard deviation of one value, divisor n − 1; NaN for fewer than two values. */
  readonly sd: number;
  /** Standard error of the mean, sd / √count: how exactly the null itself is known. */
  readonly standardError: number;
  /** 2.5 and 97.5 percentiles of the values. */
  readonly low: number;
  readonly high: number;
  /** How many values were defined. */
  readonly count: number;
}

/** The null of every measure. */
export type Nulls = Readonly<Record<MeasureId, NullDistribution>>;

/** Of more nets nothing is known better that matters, and each is as large as a specimen. */
const MOST_NETS = 64;

/** So many readouts are measured at a time. */
const BLOCK = 1024;
/** About what drawing and measuring a cell of a matrix costs, for pacing. */
const OPERATIONS_PER_CELL = 200;

/** How many nets are drawn beside so many readouts: as many as hold them, at most 64. */
export function netsFor(widths: readonly number[], readouts: number): number {
  const neurons = widths.reduce((sum, width) => sum + width, 0);
  return Math.min(MOST_NETS, Math.ceil(readouts / neurons));
}

/**
 * The null to hold measures against: neurons that read the feature codes at random. A readout's row is
 * w·code_f with w from the standard normal distribution and no bias, max(0, w·code_f) where rows are after
 * a ReLU. Measures of single neurons are taken of many readouts, the others of nets of readouts.
 * @throws LabError when sizes do not fit, or there are no readouts or nets
 */
export function nullOf(codes: FeatureCodes, options: NullOptions): Nulls {
  const steps = nullInSteps(codes, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * {@link nullOf} in pieces.
 * @returns after each piece about how many operations it took; in the end the null
 */
export function* nullInSteps(
  codes: FeatureCodes,
  options: NullOptions,
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
    for (const [id, perNeuron] of measureSingleNeurons(block.matrix, block.options)) {
      const all = values.get(id);
      perNeuron.forEach((value) => all?.push(value));
    }
    yield OPERATIONS_PER_CELL * block.matrix.values.length;
  }

  const others = MEASURES.filter((measure) => !isOfSingleNeurons(measure));
  const whole = stream(seed, 'null', 'nets');
  for (let net = 0; net < nets; net++) {
    const { matrix, options: how } = drawMatrices(codes, whole, widths, options);
    const measured = measureMatrix(matrix, how);
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
    throw invalid(`${values.length} values do not make codes of ${show(features)} features`, {
      field: 'codes',
    });
  }
}

function requireCount(count: number, field: string): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw invalid(`must be an integer of 1 or more, not ${show(count)}`, { field });
}

/** Rows of as many readouts as there are neurons, and what they are measured with. */
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

/** `[neurons, features]`: w·code_f, a new w for each row. */
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

/** @param values those that are NaN do not count */
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
