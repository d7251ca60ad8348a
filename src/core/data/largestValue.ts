import type { DataSet } from './dataSet';

/** A value of a data set and its place. */
export interface DataValue {
  readonly part: 'inputs' | 'targets';
  /** From 0, as programs count. */
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** Of larger numbers the square is no float32, and so neither is an error of their size. */
export const LARGEST_TO_SQUARE = Math.sqrt((2 - 2 ** -23) * 2 ** 127);

/**
 * The value of the largest magnitude, NaN before all others; of several the first.
 * @param rows that are looked at; all unless given
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

/** The fewest digits that give the same float32. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text)).replace('e+', 'e');
  }
  return String(value).replace('e+', 'e');
}
