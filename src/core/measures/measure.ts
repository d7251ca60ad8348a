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
import { rowsBetween, rowsOf, type Rows } from './rows';
import { summaryOf, type Summary } from './summary';
import { MEASURES, type MeasureId, type TabledMeasure } from './table';

/** `thesis`: a zero row scores R = 0 and counts in means, and makes coverage undefined. */
export type Compatibility = (typeof COMPATIBILITIES)[number];

/** What {@link measureMatrix} may be told beside the matrix. */
export interface MeasureOptions {
  /**
   * What each feature alone makes each neuron put out, after its activation function (the output
   * itself, no baseline subtracted). Measures of activations are missing without it, and also when
   * any of it is negative, since then the net does not rectify.
   */
  readonly activations?: MeasuredMatrix;
  /** τ of the monosemantic fraction, in (0, 1); 0.5 unless given. */
  readonly threshold?: number;
  /** `none` unless given: dead neurons have no polysemanticity and are left out. */
  readonly compatibility?: Compatibility;
}

interface Summaries {
  /** One for each hidden layer. */
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
    /** `[features]`, for a measure that is blind to it: how strongly each feature is represented. */
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
 * Computes every measure of a matrix. A neuron's measure is averaged over the neurons of a layer, and
 * over all neurons of the net; a feature's is computed from the rows of a layer, and from all rows,
 * and averaged over the features; a net's is one value for each layer, and one for all rows.
 * @throws LabError when shapes do not fit or the threshold is out of range
 */
export function measureMatrix(matrix: MeasuredMatrix, options: MeasureOptions = {}): Measurements {
  const { activations } = options;
  const { threshold = MEASURE_DEFAULTS.threshold } = options;
  const { compatibility = MEASURE_DEFAULTS.compatibility } = options;
  requireThreshold(threshold);
  requireOneOf(compatibility, COMPATIBILITIES, 'compatibility');
  const inputs = inputsOf(matrix, activations);
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

/** A measure that a neuron has by itself, whatever net it is in. */
type SingleNeuronMeasure = (NeuronMeasure | DerivedNeuronMeasure) & { readonly id: MeasureId };

/** Whether a neuron has the measure by itself, whatever net it is in. */
export function isOfSingleNeurons(
  measure: Measure & { readonly id: MeasureId },
): measure is SingleNeuronMeasure {
  return measure.level === 'neuron' && !('withinNet' in measure);
}

/**
 * Of {@link measureMatrix} only the measures that a neuron has by itself.
 * @returns by id `[neurons]`, NaN where undefined
 * @throws LabError when shapes do not fit
 */
export function measureSingleNeurons(
  matrix: MeasuredMatrix,
  { activations, compatibility = 'none' }: MeasureOptions = {},
): ReadonlyMap<MeasureId, Float64Array> {
  const inputs = inputsOf(matrix, activations);
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
): Record<Measure['input'], Input> {
  requireShape(matrix, 'matrix');
  if (activations) requireActivations(activations, matrix);
  return {
    attribution: inputOf(matrix, matrix.values),
    activation: inputOf(matrix, rectifiedOrMissing(matrix, activations)),
  };
}

/** A matrix, cut in the ways that measures need it. */
interface Input {
  readonly rows: Rows;
  /** The rows of each layer. */
  readonly layers: readonly (Rows & RowRange)[];
  /** `[neurons]`: what was computed of the rows before, by function; measures share it. */
  readonly known: Map<(rows: Rows) => Float64Array, Float64Array>;
}

function inputOf({ features, layers }: MeasuredMatrix, values: Float64Array): Input {
  const rows = rowsOf(values, features);
  return {
    rows,
    layers: layers.map(({ start, end }) => ({ start, end, ...rowsBetween(rows, start, end) })),
    known: new Map(),
  };
}

/** Activations that a measure of activations may use; otherwise NaN, which makes it undefined. */
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

function valuesOf({ rows, known }: Input, of: (rows: Rows) => Float64Array): Float64Array {
  const values = known.get(of) ?? of(rows);
  known.set(of, values);
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
