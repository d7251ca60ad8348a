import type { LayerRange } from '../attribution/matrix';
import type { Rows } from './rows';

/** What is said of a measure without computing it: enough for tables, axes, tooltips and exports. */
interface Description {
  /** camelCase; the column in JSON and CSV. */
  readonly id: string;
  /** As it stands in a heading. */
  readonly name: string;
  /** Plain text; a = |row|, p = a / Σa, F features. */
  readonly formula: string;
  /** Paper and the name of the quantity there. */
  readonly source: string;
  /** Least and greatest value there can be, for a number of features. */
  readonly range: (features: number) => readonly [least: number, greatest: number];
  /** Which end of the range is the more polysemantic one. */
  readonly morePolysemantic: 'higher' | 'lower' | 'neither';
  /** When there is no value (NaN) and why. */
  readonly missing: string;
  /** The matrix it is computed from. */
  readonly input: 'attribution' | 'activation';
}

/** A number for each neuron, from that neuron's row alone. */
export interface NeuronMeasure extends Description {
  readonly level: 'neuron';
  /** @returns `[neurons]`, NaN where undefined; never written to */
  readonly of: (rows: Rows) => Float64Array;
  /** The same as the thesis computed it, where that differs. */
  readonly ofThesis?: (rows: Rows) => Float64Array;
}

/**
 * A number for each neuron that follows from another number for each neuron of the net. What measures
 * have in common, `from`, is computed once.
 */
export interface DerivedNeuronMeasure extends Description {
  readonly level: 'neuron';
  /** @returns `[neurons]`, NaN where undefined; never written to */
  readonly from: (rows: Rows) => Float64Array;
  /** Whether a neuron's number depends on the other neurons of its net. */
  readonly withinNet?: true;
  /** @param values `[neurons]`, as `from` gave them. @returns `[neurons]` */
  readonly ofAll: (values: Float64Array, features: number) => Float64Array;
}

/** Rows of a matrix: the first, and one past the last. */
export type RowRange = Pick<LayerRange, 'start' | 'end'>;

/** Numbers for each feature: from the rows of each layer, and from all rows. */
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
  /** The same as the thesis computed it, where that differs. */
  readonly ofThesis?: (rows: Rows) => Float64Array;
  /** The same for every layer and the net, where they have work in common; layers cover all rows. */
  readonly ofLayers?: (rows: Rows, layers: readonly RowRange[]) => FeatureValuesOfLayers;
  /**
   * For a measure that is blind to scale: how strongly each feature is represented at all, `[F]`, in
   * units of the rows. Where it is near zero beside the others, the measure says nothing.
   */
  readonly gate?: (rows: Rows) => Float64Array;
}

/** What a measure of a whole net may depend on beside the rows. */
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

/** A measure: `level` tells what it gives, and with it the signature of its function. */
export type Measure = NeuronMeasure | DerivedNeuronMeasure | FeatureMeasure | NetMeasure;
