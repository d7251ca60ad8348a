import { invalid, show } from '../errors';
import type { Activation } from '../network/layout';
import type { BitSource } from '../random/bitSource';
import { normal } from '../random/normal';
import type { FeatureCodes } from '../attribution/featureCodes';
import type { LayerRange } from '../attribution/matrix';
import type { MeasuredMatrix } from './check';
import { measureMatrix } from './measure';
import { MEASURES, type MeasureId } from './table';

/** What is drawn. */
export interface NullOptions {
  /** Widths of the hidden layers: as many readouts are drawn as the specimen has neurons. */
  readonly widths: readonly number[];
  /** How many nets of random readouts, at least 1. */
  readonly repetitions: number;
  /**
   * What follows the readouts; `linear` unless given. With `relu`, rectified readouts stand for the
   * activations; without, measures of activations are missing.
   */
  readonly activation?: Activation;
  /** τ of the monosemantic fraction, in (0, 1); 0.5 unless given. */
  readonly threshold?: number;
}

/** What a measure comes to where nothing was learned. */
export interface NullDistribution {
  /** NaN when the measure was never defined. */
  readonly mean: number;
  /**
   * Standard deviation of one value: of one neuron's for a measure of neurons, of one net's for a
   * measure of features or nets. NaN for fewer than two values.
   */
  readonly sd: number;
  /** How many values were defined; the mean's standard error is sd / √count. */
  readonly count: number;
}

/**
 * The null to hold measures against: nets whose neurons read the feature codes at random. Neuron k's
 * row is w·code_f with w from the standard normal distribution. Measures of neurons are averaged over
 * all drawn rows, those of features (their mean) and nets over the repetitions.
 * @throws LabError when sizes do not fit or there are no repetitions
 */
export function nullOf(
  codes: FeatureCodes,
  source: BitSource,
  options: NullOptions,
): Record<MeasureId, NullDistribution> {
  const { repetitions, threshold, activation = 'linear' } = options;
  if (!Number.isSafeInteger(repetitions) || repetitions < 1) {
    throw invalid(`must be an integer of 1 or more, not ${show(repetitions)}`, {
      field: 'repetitions',
    });
  }
  const matrix = emptyMatrix(codes, options.widths);
  const values = new Map(MEASURES.map(({ id }) => [id, new Moments()]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    drawReadouts(codes, source, matrix.values);
    const activations: MeasuredMatrix | undefined =
      activation === 'linear'
        ? undefined
        : { ...matrix, rows: 'post-activation', values: matrix.values.map((x) => Math.max(0, x)) };
    const measurements = measureMatrix(matrix, { activations, threshold });
    for (const [id, moments] of values) {
      const measurement = measurements[id];
      if (measurement.level === 'neuron') measurement.perNeuron.forEach((x) => moments.add(x));
      else moments.add(measurement.net.mean);
    }
  }
  const entries = [...values].map(([id, moments]) => [id, moments.distribution()]);
  return Object.fromEntries(entries) as Record<MeasureId, NullDistribution>;
}

function emptyMatrix(
  { features, values }: FeatureCodes,
  widths: readonly number[],
): MeasuredMatrix {
  if (!(features >= 1) || values.length % features !== 0) {
    throw invalid(`${values.length} values do not make codes of ${show(features)} features`, {
      field: 'codes',
    });
  }
  let neurons = 0;
  const layers = widths.map((width, layer): LayerRange => {
    if (!Number.isSafeInteger(width) || width < 1) {
      throw invalid(`must be an integer of 1 or more, not ${show(width)}`, {
        field: `widths[${layer}]`,
      });
    }
    return { layer, start: neurons, end: (neurons += width) };
  });
  return {
    neurons,
    features,
    values: new Float64Array(neurons * features),
    rows: 'pre-activation',
    layers,
  };
}

/** Fills `[neurons, features]` with w·code_f, a new w for each row. */
function drawReadouts(codes: FeatureCodes, source: BitSource, readouts: Float64Array): void {
  const { features, values } = codes;
  const weights = new Float64Array(values.length / features);
  for (let row = 0; row < readouts.length; row += features) {
    for (let d = 0; d < weights.length; d++) weights[d] = normal(source);
    for (let f = 0; f < features; f++) {
      let sum = 0;
      for (let d = 0; d < weights.length; d++) sum += weights[d] * values[f * weights.length + d];
      readouts[row + f] = sum;
    }
  }
}

/** Mean and variance of numbers as they come; NaN does not count. Source: Welford (1962). */
class Moments {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count++;
    const step = value - this.mean;
    this.mean += step / this.count;
    this.squares += step * (value - this.mean);
  }

  distribution(): NullDistribution {
    const { count, mean, squares } = this;
    return {
      mean: count === 0 ? NaN : mean,
      sd: count < 2 ? NaN : Math.sqrt(squares / (count - 1)),
      count,
    };
  }
}
