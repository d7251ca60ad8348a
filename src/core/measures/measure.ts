import {
  COMPATIBILITIES,
  MEASURE_DEFAULTS,
  requireActivations,
  requireShape,
  requireThreshold,
  type MeasuredMatrix,
} from './check';
import { requireOneOf } from '../errors';
import type {
  DerivedNeuronMeasure,
  FeatureMeasure,
  FeatureValuesOfLayers,
  Measure,
  NetMeasure,
  NeuronMeasure,
  RowRange,
} from './descriptor';
import type { MeasureArithmetic } from './arithmetic';
import { rowsBetween, rowsOf, type Rows } from './rows';
import { summaryOf, type Summary } from './summary';
import { MEASURES, type MeasureId, type TabledMeasure } from './table';

/** `thesis`: an all-zero row scores R = 0, counts in means, and makes coverage undefined. */
export type Compatibility = (typeof COMPATIBILITIES)[number];

/** Options of {@link measureMatrix}. */
export interface MeasureOptions {
  /**
   * Each neuron's output for each feature alone, after its activation function and without subtracting a
   * baseline. Measures of activations are missing without it, and also if any value is negative, since then
   * the activations are not rectified.
   */
  readonly activations?: MeasuredMatrix;
  /** τ of the monosemantic fraction, in (0, 1); by default 0.5. */
  readonly threshold?: number;
  /** By default `none`: dead neurons have no polysemanticity and are excluded. */
  readonly compatibility?: Compatibility;
}

interface Summaries {
  /** One per hidden layer. */
  readonly layers: readonly Summary[];
  /** Over all hidden layers. */
  readonly net: Summary;
}

/** The values of a measure, by the level it is defined on. */
export interface MeasurementByLevel {
  readonly neuron: Summaries & {
    readonly level: 'neuron';
    /** `[neurons]`, NaN where undefined. */
    readonly perNeuron: Float64Array;
  };
  readonly feature: Summaries & {
    readonly level: 'feature';
    /** `[features]`, from all rows of the net; NaN where undefined. */
    readonly perFeature: Float64Array;
    /** `[features]`, for a scale-invariant measure: how strongly each feature is represented. */
    readonly gate?: Float64Array;
  };
  readonly net: Summaries & { readonly level: 'net' };
}

/** The values of one measure. */
export type Measurement = MeasurementByLevel[Measure['level']];

/** The values of every measure, by id. */
export type Measurements = {
  readonly [M in TabledMeasure as M['id']]: MeasurementByLevel[M['level']];
};

/**
 * Computes all measures of a matrix. A neuron measure is averaged over the neurons of each layer and of the
 * net; a feature measure is computed from the rows of each layer and from all rows, and averaged over the
 * features; a net measure is one value per layer, and one for all rows.
 * @param arithmetic does not change any number; plain TypeScript by default
 * @throws LabError when shapes do not fit or the threshold is out of range
 */
export function measureMatrix(
  matrix: MeasuredMatrix,
  options: MeasureOptions = {},
  arithmetic?: MeasureArithmetic,
): Measurements {
  const { activations } = options;
  const { threshold = MEASURE_DEFAULTS.threshold } = options;
  const { compatibility = MEASURE_DEFAULTS.compatibility } = options;
  requireThreshold(threshold);
  requireOneOf(compatibility, COMPATIBILITIES, 'compatibility');
  const inputs = inputsOf(matrix, activations, arithmetic);
  const asThesis = compatibility === 'thesis';
  const entries = MEASURES.map((measure) => {
    const input = inputs[measure.input];
    switch (measure.level) {
      case 'neuron':
        return [measure.id, measureNeurons(measure, input, asThesis)] as const;
      case 'feature':
        return [measure.id, measureFeatures(measure, input, asThesis)] as const;
      case 'net':
        return [measure.id, measureNet(measure, input, threshold)] as const;
    }
  });
  return Object.fromEntries(entries) as Measurements;
}

/** A measure of a neuron that does not depend on the rest of its net. */
type SingleNeuronMeasure = (NeuronMeasure | DerivedNeuronMeasure) & { readonly id: MeasureId };

/** Whether a neuron's value does not depend on the rest of its net. */
export function isOfSingleNeurons(
  measure: Measure & { readonly id: MeasureId },
): measure is SingleNeuronMeasure {
  return measure.level === 'neuron' && !('withinNet' in measure);
}

/**
 * Computes only those measures of {@link measureMatrix} that do not depend on the rest of the net.
 * @returns by id `[neurons]`, NaN where undefined
 * @throws LabError when shapes do not fit
 */
export function measureSingleNeurons(
  matrix: MeasuredMatrix,
  { activations, compatibility = 'none' }: MeasureOptions = {},
  arithmetic?: MeasureArithmetic,
): ReadonlyMap<MeasureId, Float64Array> {
  const inputs = inputsOf(matrix, activations, arithmetic);
  const asThesis = compatibility === 'thesis';
  return new Map(
    MEASURES.filter(isOfSingleNeurons).map((measure) => [
      measure.id,
      measureNeurons(measure, inputs[measure.input], asThesis).perNeuron,
    ]),
  );
}

function inputsOf(
  matrix: MeasuredMatrix,
  activations: MeasuredMatrix | undefined,
  arithmetic?: MeasureArithmetic,
): Record<Measure['input'], Input> {
  requireShape(matrix, 'matrix');
  if (activations) requireActivations(activations, matrix);
  return {
    attribution: inputOf(matrix, matrix.values, arithmetic),
    activation: inputOf(matrix, rectifiedOrMissing(matrix, activations), arithmetic),
  };
}

/** A matrix with precomputed views. */
interface Input {
  readonly rows: Rows;
  /** The rows of each layer. */
  readonly layers: readonly (Rows & RowRange)[];
  /** Cached values `[neurons]` by the function that computed them; measures share them. */
  readonly cache: Map<(rows: Rows) => Float64Array, Float64Array>;
}

function inputOf(
  { features, layers }: MeasuredMatrix,
  values: Float64Array,
  arithmetic?: MeasureArithmetic,
): Input {
  const rows = rowsOf(values, features, arithmetic);
  return {
    rows,
    layers: layers.map(({ start, end }) => ({ start, end, ...rowsBetween(rows, start, end) })),
    cache: new Map(),
  };
}

/** Rectified activations, otherwise NaN, which makes measures of activations undefined. */
function rectifiedOrMissing(matrix: MeasuredMatrix, activations?: MeasuredMatrix): Float64Array {
  return activations && !anyNegative(activations.values)
    ? activations.values
    : new Float64Array(matrix.values.length).fill(NaN);
}

function anyNegative(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) return true;
  return false;
}

function measureNeurons(
  measure: NeuronMeasure | DerivedNeuronMeasure,
  input: Input,
  asThesis: boolean,
): MeasurementByLevel['neuron'] {
  const perNeuron =
    'from' in measure
      ? measure.ofAll(valuesOf(input, measure.from), input.rows.features)
      : valuesOf(input, (asThesis && measure.ofThesis) || measure.of);
  return {
    level: 'neuron',
    perNeuron,
    layers: input.layers.map(({ start, end }) => summaryOf(perNeuron, start, end)),
    net: summaryOf(perNeuron),
  };
}

function valuesOf({ rows, cache }: Input, of: (rows: Rows) => Float64Array): Float64Array {
  const values = cache.get(of) ?? of(rows);
  cache.set(of, values);
  return values;
}

function measureFeatures(
  measure: FeatureMeasure,
  input: Input,
  asThesis: boolean,
): MeasurementByLevel['feature'] {
  const { net, layers } = featureValues(measure, input, asThesis);
  return {
    level: 'feature',
    perFeature: net,
    ...(measure.gate && { gate: measure.gate(input.rows) }),
    layers: layers.map((values) => summaryOf(values)),
    net: summaryOf(net),
  };
}

function featureValues(
  measure: FeatureMeasure,
  input: Input,
  asThesis: boolean,
): FeatureValuesOfLayers {
  const { rows, layers } = input;
  const { ofThesis } = measure;
  if (measure.ofLayers && layers.length > 0 && !(asThesis && ofThesis)) {
    return measure.ofLayers(rows, layers);
  }
  const of = (asThesis && ofThesis) || measure.of;
  const net = of(rows);
  return { net, layers: layers.length === 1 ? [net] : layers.map(of) };
}

function measureNet(
  measure: NetMeasure,
  { rows, layers }: Input,
  threshold: number,
): MeasurementByLevel['net'] {
  const summary = (some: Rows): Summary => summaryOf([measure.of(some, { threshold })]);
  return { level: 'net', layers: layers.map(summary), net: summary(rows) };
}
