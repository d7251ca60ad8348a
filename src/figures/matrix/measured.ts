import type { AttributionMatrix, MatrixValues } from '../../core/attribution/matrix';
import { whyMissing } from '../../core/experiment/whyMissing';
import { coverage } from '../../core/measures/coverage';
import type { DerivedNeuronMeasure, Measure, NeuronMeasure } from '../../core/measures/descriptor';
import type { Compatibility } from '../../core/measures/measure';
import { rowsOf } from '../../core/measures/rows';
import { type MeasureId, MEASURES } from '../../core/measures/table';
import type { MatrixSeries } from '../../protocol/matrix';
import { type NeuronIndex, rowsBySlot } from './neuronIndex';
import { percentileOfMagnitudes } from './percentile';

/** A measure with a value per neuron. */
export type NeuronLevelMeasure = (NeuronMeasure | DerivedNeuronMeasure) & {
  readonly id: MeasureId;
};

const isOfNeurons = (
  measure: Measure & { readonly id: MeasureId },
): measure is NeuronLevelMeasure => measure.level === 'neuron';

/** The measures of neurons, in the order of the table. */
export const NEURON_MEASURES: readonly NeuronLevelMeasure[] = MEASURES.filter(isOfNeurons);

/** A measure of neurons by its id; the first of the table if the id is unknown. */
export function neuronMeasure(id: string | undefined): NeuronLevelMeasure {
  return NEURON_MEASURES.find((measure) => measure.id === id) ?? NEURON_MEASURES[0];
}

/** A matrix in its original precision: float32 from a run, float64 if a notebook has plain numbers. */
export type PageMatrix = AttributionMatrix<MatrixValues>;

/** `[neurons]`, NaN where the measure is undefined: one measure, as the core defines it. */
export function measureRows(
  matrix: PageMatrix,
  measure: NeuronLevelMeasure,
  compatibility: Compatibility = 'none',
): Float64Array {
  const { features, neurons, values } = matrix;
  // Matrices do not hold the outputs of neurons after their activation.
  if (measure.input === 'activation') return new Float64Array(neurons).fill(NaN);
  const rows = rowsOf(values, features);
  if ('from' in measure) return measure.ofAll(measure.from(rows), features);
  return ((compatibility === 'thesis' && measure.ofThesis) || measure.of)(rows);
}

/** Why a measure is undefined for neurons of a run, as text. */
export function whyUndefined(
  { id, input, missing }: NeuronLevelMeasure,
  { activation, alone }: Pick<MatrixSeries, 'activation' | 'alone'>,
): string {
  if (input === 'attribution') return missing;
  if (activation === 'linear') return whyMissing(id, activation);
  const holder = alone ? 'this matrix does' : 'the kept matrices do';
  const means = alone ? '' : '; the trajectories of the run have its means';
  return `it is of what neurons put out after a ReLU, which ${holder} not hold${means}`;
}

/** `[features]`: coverage of each feature by the neurons of all layers. */
export function coverageOf({ values, features }: PageMatrix): Float64Array {
  return coverage.of(rowsOf(values, features));
}

/** A matrix with its measures, computed on demand and cached. */
export class MeasuredMatrix {
  readonly rowOf: Int32Array;
  private readonly measures = new Map<string, Float64Array>();
  private readonly percentiles = new Map<number, number>();
  private covered: Float64Array | undefined;

  constructor(
    readonly matrix: PageMatrix,
    neuronIndex: NeuronIndex,
    private readonly compatibility?: Compatibility,
  ) {
    this.rowOf = rowsBySlot(neuronIndex, matrix);
  }

  /** `[rows of the matrix]` */
  measure(measure: NeuronLevelMeasure): Float64Array {
    let values = this.measures.get(measure.id);
    if (!values) {
      values = measureRows(this.matrix, measure, this.compatibility);
      this.measures.set(measure.id, values);
    }
    return values;
  }

  get coverage(): Float64Array {
    return (this.covered ??= coverageOf(this.matrix));
  }

  percentile(p: number): number {
    let value = this.percentiles.get(p);
    if (value === undefined) {
      this.percentiles.set(p, (value = percentileOfMagnitudes(this.matrix.values, p)));
    }
    return value;
  }
}
