import { ln } from '../numeric/elementary';
import type { Rows } from './rows';

/** Σ a(−ln a) of each row, a = |row| / peak: `[rows]`. */
export function logSums({ count, features, scaled }: Rows): Float64Array {
  const sums = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let i = k * features; i < (k + 1) * features; i++) {
      const a = scaled[i];
      if (a > 0 && a < 1) sum -= a * ln(a);
    }
    sums[k] = sum;
  }
  return sums;
}

/** Gini coefficient of each row: `[rows]`, NaN where it is all zero or not finite. */
export function ginis({ count, features, scaled, sums }: Rows): Float64Array {
  const coefficients = new Float64Array(count).fill(NaN);
  const sort = sorter(features);
  for (let k = 0; k < count; k++) {
    if (!(sums[k] > 0)) continue;
    const ascending = sort(scaled, k * features);
    let sum = 0;
    let weighted = 0;
    for (let i = 0; i < features; i++) {
      sum += ascending[i];
      weighted += (2 * i + 1 - features) * ascending[i];
    }
    coefficients[k] = weighted / (features * sum);
  }
  return coefficients;
}

/** Up to this count, insertion sort is fastest. */
const INSERTION_SORT_MAX = 32;
/** Largest bin that is sorted by insertion; beyond it, the built-in sort has the better worst case. */
const BIN_MAX = 24;

/**
 * Returns a function that sorts `count` values in [0, 1] from an offset. Its result is valid until the next
 * call: allocating an array for every row would take longer than sorting it.
 */
function sorter(count: number): (values: Float64Array, from: number) => Float64Array {
  const ascending = new Float64Array(count);
  const starts = new Uint32Array(count > INSERTION_SORT_MAX ? count + 2 : 0);
  return (values, from) => {
    if (count > INSERTION_SORT_MAX && !sortIntoBins(values, from, starts, ascending)) {
      ascending.set(values.subarray(from, from + count));
      return ascending.sort();
    }
    if (count <= INSERTION_SORT_MAX)
      for (let i = 0; i < count; i++) ascending[i] = values[from + i];
    insertionSort(ascending);
    return ascending;
  };
}

function insertionSort(values: Float64Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}

/**
 * Copies values in [0, 1] sorted into as many bins as values, so that every value is near its final position.
 * @param starts scratch `[count + 2]`
 * @returns false where a bin exceeds {@link BIN_MAX}
 */
function sortIntoBins(
  values: Float64Array,
  from: number,
  starts: Uint32Array,
  target: Float64Array,
): boolean {
  const count = target.length;
  starts.fill(0);
  for (let i = 0; i < count; i++) starts[Math.trunc(values[from + i] * count) + 1]++;
  for (let bin = 1; bin < starts.length; bin++) {
    if (starts[bin] > BIN_MAX) return false;
    starts[bin] += starts[bin - 1];
  }
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    target[starts[Math.trunc(value * count)]++] = value;
  }
  return true;
}
