import type { Compatibility } from '../../core/measures/measure';
import { coverageOf, measureRows, type NeuronLevelMeasure, type PageMatrix } from './measured';
import { percentileOfMagnitudes } from './percentile';
import { rowsBySlot, type Roster } from './roster';

/** A matrix with what was computed of it. */
export class Entry {
  readonly rowOf: Int32Array;
  private readonly measures = new Map<string, Float64Array>();
  private readonly percentiles = new Map<number, number>();
  private covered: Float64Array | undefined;

  constructor(
    readonly matrix: PageMatrix,
    roster: Roster,
    private readonly compatibility?: Compatibility,
  ) {
    this.rowOf = rowsBySlot(roster, matrix);
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
