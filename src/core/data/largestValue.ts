import type { DataSet } from './dataSet';

/** A value of a data set and its position. */
export interface DataValue {
  readonly part: 'inputs' | 'targets';
  /** 0-based, as is the column. */
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** Largest magnitude whose square is finite in float32. */
export const LARGEST_TO_SQUARE = Math.sqrt((2 - 2 ** -23) * 2 ** 127);

/**
 * The first value of the largest magnitude; NaN counts as larger than any number.
 * @param rows to search; all unless given
 */
export function largestValue(data: DataSet, rows?: Uint32Array): DataValue {
  let largest: DataValue = { part: 'inputs', row: 0, column: 0, value: 0 };
  const look = (part: DataValue['part'], width: number, row: number): void => {
    const values = data[part];
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column];
      if (Math.abs(value) <= Math.abs(largest.value) || Number.isNaN(largest.value)) continue;
      largest = { part, row, column, value };
    }
  };
  const count = rows?.length ?? data.samples;
  for (let i = 0; i < count; i++) {
    const row = rows ? rows[i] : i;
    look('inputs', data.inputDim, row);
    look('targets', data.outputDim, row);
  }
  return largest;
}

/** `row 3, column 2 of the inputs (X[2, 1] in Python) is 1e30` */
export function describeValue({ part, row, column, value }: DataValue): string {
  const name = part === 'inputs' ? 'X' : 'Y';
  return `row ${row + 1}, column ${column + 1} of the ${part} (${name}[${row}, ${column}] in Python) is ${shortest(value)}`;
}

/** The shortest decimal that gives the same float32. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text)).replace('e+', 'e');
  }
  return String(value).replace('e+', 'e');
}
