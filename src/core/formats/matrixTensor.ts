import { invalid, show } from '../errors';
import { toFloat32, type Tensor } from './tensor';

/** A matrix `[rows, columns]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * Converts a tensor `[rows, columns]` of finite numbers, with at least one row and column.
 * @param name of the tensor in messages
 * @throws LabError naming the tensor, and the row and column of a value that is not finite
 */
export function matrixOf(tensor: Tensor, name: string): Matrix {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2 || rows < 1 || columns < 1) {
    throw invalid(`has the shape ${show(tensor.shape)}, not [rows, columns] of at least 1 each`, {
      field: name,
    });
  }
  const values = toFloat32(tensor, name);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / columns), bad % columns];
    throw invalid(
      `row ${row + 1}, column ${column + 1} (${name}[${row}, ${column}] in Python) is ${values[bad]}, not a finite number`,
      { field: name },
    );
  }
  return { rows, columns, values };
}
