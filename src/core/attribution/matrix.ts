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

/** Whether rows hold values before or after the neurons' activation function. */
export type RowKind = (typeof ROW_KINDS)[number];

/** Values of a matrix: float64 when computed and measured, float32 when stored and drawn. */
export type MatrixValues = Float32Array | Float64Array;

/** The effect of each feature on each hidden neuron, through encoder and specimen. */
export interface AttributionMatrix<Values extends MatrixValues = Float64Array> {
  readonly neurons: number;
  readonly features: number;
  /** `[neurons, features]`, row-major, signed; with the probe `distribution` the mean magnitudes. */
  readonly values: Values;
  /** `[neurons, features]`: with the probe `distribution`, the signed means. */
  readonly signed?: Values;
  readonly rows: RowKind;
  /** One range per hidden layer, in order, covering all rows. */
  readonly layers: readonly LayerRange[];
  /** `[neurons]`: index of each neuron in its layer of the unpruned specimen. */
  readonly units: Uint32Array;
  /** `[features]` */
  readonly featureNames: readonly string[];
  /**
   * Largest |attribution − (n(e_f) − n(0))| over all cells, in the unit of the rows: 0 for finite
   * differences and the probe `distribution`, the quadrature error for integrated gradients. Other probes
   * replace e_f and 0 by the ends of their paths.
   */
  readonly completenessError: number;
}

/** A matrix in the form that is stored, sent and shown. */
export type StoredMatrix = AttributionMatrix<Float32Array>;

/** A matrix rounded to float32; float32 values are not copied. */
export function storedMatrix(matrix: AttributionMatrix<MatrixValues>): StoredMatrix {
  const rounded = (values: MatrixValues): Float32Array =>
    values instanceof Float32Array ? values : new Float32Array(values);
  const { signed, ...others } = matrix;
  return {
    ...others,
    values: rounded(matrix.values),
    ...(signed && { signed: rounded(signed) }),
  };
}

/** A copy of a matrix in float64, to compute with. */
export function computedMatrix({ signed, ...matrix }: StoredMatrix): AttributionMatrix {
  return {
    ...matrix,
    values: new Float64Array(matrix.values),
    ...(signed && { signed: new Float64Array(signed) }),
  };
}

/** An array of zeros of the same type as `values`. */
export function zerosLike(values: MatrixValues, length: number): MatrixValues {
  return values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
