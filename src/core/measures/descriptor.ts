import type { LayerRange } from '../attribution/matrix';
import type { Rows } from './rows';

/** Description of a measure for tables, axes, tooltips and exports. */
interface Description {
  /** camelCase; the column's name in JSON and CSV. */
  readonly id: string;
  /** Name in headings. */
  readonly name: string;
  /** Plain text; a = |row|, p = a / Σa, F features. */
  readonly formula: string;
  /** Paper and the name of the quantity in it. */
  readonly source: string;
  /** Smallest and largest possible value for a number of features. */
  readonly range: (features: number) => readonly [least: number, greatest: number];
  /** Which end of the range is more polysemantic. */
  readonly morePolysemantic: 'higher' | 'lower' | 'neither';
  /** Why the value can be missing (NaN). */
  readonly missing: string;
  /** The kind of matrix it is computed from. */
  readonly input: 'attribution' | 'activation';
}

/** A number for each neuron, from its own row alone. */
export interface NeuronMeasure extends Description {
  readonly level: 'neuron';
  /** @returns `[neurons]`, NaN where undefined; callers must not modify it */
  readonly of: (rows: Rows) => Float64Array;
  /** The thesis's definition, where it differs. */
  readonly ofThesis?: (rows: Rows) => Float64Array;
}

/**
 * A number for each neuron, computed from another number for each neuron of the net. `from` is computed once
 * for all measures that share it.
 */
export interface DerivedNeuronMeasure extends Description {
  readonly level: 'neuron';
  /** @returns `[neurons]`, NaN where undefined; callers must not modify it */
  readonly from: (rows: Rows) => Float64Array;
  /** Set where a neuron's value depends on the other neurons of its net. */
  readonly withinNet?: true;
  /** @param values `[neurons]`, result of `from`. @returns `[neurons]` */
  readonly ofAll: (values: Float64Array, features: number) => Float64Array;
}

/** A range of rows: the first, and one past the last. */
export type RowRange = Pick<LayerRange, 'start' | 'end'>;

/** Values per feature: from the rows of each layer, and from all rows. */
export interface FeatureValuesOfLayers {
  /** Per layer `[F]`. */
  readonly layers: readonly Float64Array[];
  /** `[F]` */
  readonly net: Float64Array;
}

/** A number for each feature, from the rows of a layer or of a net. */
export interface FeatureMeasure extends Description {
  readonly level: 'feature';
  /** @returns `[F]`, NaN where undefined */
  readonly of: (rows: Rows) => Float64Array;
  /** The thesis's definition, where it differs. */
  readonly ofThesis?: (rows: Rows) => Float64Array;
  /** Computes all layers and the net at once, where they share work; layers must cover all rows. */
  readonly ofLayers?: (rows: Rows, layers: readonly RowRange[]) => FeatureValuesOfLayers;
  /**
   * For a scale-invariant measure: how strongly each feature is represented, `[F]`, in units of the rows.
   * Where this is near zero compared with other features, the measure is meaningless.
   */
  readonly gate?: (rows: Rows) => Float64Array;
}

/** Parameters of a net measure. */
export interface NetContext {
  /** In (0, 1): a neuron counts as monosemantic when its largest share exceeds it. */
  readonly threshold: number;
}

/** One number for a layer or a net. */
export interface NetMeasure extends Description {
  readonly level: 'net';
  /** @returns NaN where undefined */
  readonly of: (rows: Rows, context: NetContext) => number;
}

/** A measure; `level` determines the signature of its function. */
export type Measure = NeuronMeasure | DerivedNeuronMeasure | FeatureMeasure | NetMeasure;
