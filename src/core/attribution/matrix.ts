/** The rows of one hidden layer in an attribution matrix. */
export interface LayerRange {
  /** 0-based index of the hidden layer. */
  readonly layer: number;
  /** First row. */
  readonly start: number;
  /** One past the last row. */
  readonly end: number;
}

export const ROW_KINDS = ['pre-activation', 'post-activation'] as const;

/** Whether a row holds what happens before or after a neuron's activation function. */
export type RowKind = (typeof ROW_KINDS)[number];

/** What each feature alone does to each hidden neuron, through encoder and specimen. */
export interface AttributionMatrix {
  readonly neurons: number;
  readonly features: number;
  /** `[neurons, features]`, row-major, signed. */
  readonly values: Float64Array;
  readonly rows: RowKind;
  /** One range per hidden layer, in order, covering all rows. */
  readonly layers: readonly LayerRange[];
  /** `[neurons]`: index of each neuron in its layer of the unpruned specimen. */
  readonly units: Uint32Array;
  /** `[features]` */
  readonly featureNames: readonly string[];
  /**
   * Largest |attribution − (n(e_f) − n(0))| over all cells, in the unit of the rows: 0 for the finite
   * difference, the error of the rule for integrated gradients.
   */
  readonly completenessError: number;
}

/** One row as a view, `[features]`. */
export function rowOf(matrix: AttributionMatrix, neuron: number): Float64Array {
  return matrix.values.subarray(neuron * matrix.features, (neuron + 1) * matrix.features);
}
