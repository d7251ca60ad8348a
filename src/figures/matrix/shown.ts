import { type MatrixValues, zerosLike } from '../../core/attribution/matrix';
import { type Summary, summaryOf } from '../../core/measures/summary';
import type { PageMatrix } from './measured';
import type { NeuronIndex } from './neuronIndex';

/** What is hidden in the picture. */
export interface Filter {
  /** Hidden layers that are shown; by default all. */
  readonly layers?: readonly number[];
  /** Whether neurons without any attribution are shown. */
  readonly dead: boolean;
  /** Values of a smaller magnitude are left blank, and neurons with only such values are hidden. */
  readonly threshold: number;
  /** Whether pruned neurons keep their position as empty rows. */
  readonly pruned: 'place' | 'collapse';
}

/** A layer in the picture. */
export interface Band {
  readonly layer: number;
  /** Its rows in the picture. */
  readonly start: number;
  readonly end: number;
  /** Of the measure over all unpruned neurons of the layer, including hidden ones. */
  readonly summary: Summary;
}

/** Rows and columns that a picture of a matrix shows, sorted and filtered. */
export interface Shown {
  readonly matrix: PageMatrix;
  /** `[rows]`: each row's neuron. */
  readonly slots: Int32Array;
  /** `[rows]`: its row in the matrix; −1 where it was pruned. */
  readonly rows: Int32Array;
  readonly bands: readonly Band[];
  /** `[columns]`: each column's feature. */
  readonly columns: Int32Array;
  /** `[rows, columns]`, NaN where there is no value or it is below the threshold. */
  readonly values: MatrixValues;
  /** `[rows]`, NaN where undefined. */
  readonly measure: Float64Array;
  /** `[columns]` */
  readonly coverage: Float64Array;
  /** Of the measure over all unpruned neurons, including hidden ones. */
  readonly net: Summary;
  /** Of the measure over the neurons that have a row. */
  readonly seen: Summary;
}

/**
 * Sorts and filters a matrix.
 * @param order `[slots]` slots, layer by layer
 * @param rowOf `[slots]`, see `rowsBySlot`
 * @param measure `[neurons]` of the matrix
 * @param coverage `[features]`
 */
export function showMatrix(
  matrix: PageMatrix,
  neuronIndex: NeuronIndex,
  order: { readonly slots: Int32Array; readonly columns: Int32Array },
  rowOf: Int32Array,
  measure: Float64Array,
  coverage: Float64Array,
  filter: Filter,
): Shown {
  const slots: number[] = [];
  const bands: Band[] = [];
  const reach = magnitudes(matrix);
  for (const { layer, start, end } of neuronIndex.layers) {
    if (filter.layers && !filter.layers.includes(layer)) continue;
    const first = slots.length;
    const kept: number[] = [];
    for (let i = start; i < end; i++) {
      const slot = order.slots[i];
      const row = rowOf[slot];
      if (row >= 0) kept.push(measure[row]);
      if (isShown(row)) slots.push(slot);
    }
    bands.push({ layer, start: first, end: slots.length, summary: summaryOf(kept) });
  }
  const columns = order.columns;
  const rows = Int32Array.from(slots, (slot) => rowOf[slot]);
  const left = rows.filter((row) => row >= 0);
  return {
    matrix,
    slots: Int32Array.from(slots),
    rows,
    bands,
    columns,
    values: gather(matrix, rows, columns, filter.threshold),
    measure: Float64Array.from(rows, (row) => (row < 0 ? NaN : measure[row])),
    coverage: Float64Array.from(columns, (feature) => coverage[feature]),
    net: summaryOf(measure),
    seen: summaryOf(Float64Array.from(left, (row) => measure[row])),
  };

  function isShown(row: number): boolean {
    if (row < 0) return filter.pruned === 'place';
    return (filter.dead || reach[row] !== 0) && !(reach[row] < filter.threshold);
  }
}

/** `[neurons]`: the largest finite magnitude of each row. */
function magnitudes({ neurons, features, values }: PageMatrix): Float64Array {
  const largest = new Float64Array(neurons);
  for (let k = 0, i = 0; k < neurons; k++) {
    let peak = 0;
    for (let f = 0; f < features; f++, i++) {
      const a = Math.abs(values[i]);
      if (!(a <= peak)) peak = a;
    }
    largest[k] = peak;
  }
  return largest;
}

function gather(
  { features, values }: PageMatrix,
  rows: Int32Array,
  columns: Int32Array,
  threshold: number,
): MatrixValues {
  const width = columns.length;
  const picked = zerosLike(values, rows.length * width);
  for (let i = 0, o = 0; i < rows.length; i++) {
    if (rows[i] < 0) {
      picked.fill(NaN, o, (o += width));
      continue;
    }
    const offset = rows[i] * features;
    for (let j = 0; j < width; j++, o++) {
      const value = values[offset + columns[j]];
      const magnitude = Math.abs(value);
      // False for NaN.
      picked[o] = magnitude >= threshold && magnitude < Infinity ? value : NaN;
    }
  }
  return picked;
}

/** 1-based rank of a column's magnitude within its row, 1 the strongest; ties share the better rank. */
export function rankInRow({ values, columns }: Shown, row: number, column: number): number {
  const width = columns.length;
  const own = Math.abs(values[row * width + column]);
  let rank = 1;
  for (let j = 0; j < width; j++) if (Math.abs(values[row * width + j]) > own) rank++;
  return rank;
}

/** A part of a network: a layer, or one of its neurons. */
export interface NetworkPart {
  readonly layer: number;
  /** Its slot. */
  readonly neuron?: number;
}

/** The rows [from, to) that show a part; undefined if there are none. */
export function rowsShowing(
  { slots, bands }: Pick<Shown, 'slots' | 'bands'>,
  { layer, neuron }: NetworkPart,
): readonly [from: number, to: number] | undefined {
  const row = neuron === undefined ? -1 : slots.indexOf(neuron);
  if (row >= 0) return [row, row + 1];
  const band = bands.find((one) => one.layer === layer);
  return band && [band.start, band.end];
}

/** Number of unpruned neurons that have a row in the picture. */
export function neuronsShown({ rows }: Pick<Shown, 'rows'>): number {
  let count = 0;
  for (const row of rows) if (row >= 0) count++;
  return count;
}
