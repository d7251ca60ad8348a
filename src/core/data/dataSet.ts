/** Samples with their targets. */
export interface DataSet {
  readonly samples: number;
  readonly inputDim: number;
  readonly outputDim: number;
  /** `[samples, inputDim]` */
  readonly inputs: Float32Array;
  /** `[samples, outputDim]` */
  readonly targets: Float32Array;
}

/** The rows `indices` of a data set, in that order. */
export function subset(data: DataSet, indices: Uint32Array): DataSet {
  return {
    ...data,
    samples: indices.length,
    inputs: gatherRows(data.inputs, data.inputDim, indices),
    targets: gatherRows(data.targets, data.outputDim, indices),
  };
}

/** Copies rows of a `[rows, width]` array. */
export function gatherRows(values: Float32Array, width: number, rows: Uint32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * width;
    gathered.set(values.subarray(start, start + width), r * width);
  }
  return gathered;
}
