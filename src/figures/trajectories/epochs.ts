import type { LegRows } from '../../core/experiment/metricsTable';
import { meanInterval } from '../../core/statistics/meanInterval';
import type { LineRequest } from './aggregate';
import type { TrajectoryLine } from './lines';

/*
 * Lines over the epochs of training. Hundreds of seeds have hundreds of thousands of points, which are
 * processed in every frame while a run is in progress, hence the loops over columns.
 */

/** A column of the rows; undefined if the table does not have it, so that all values are missing. */
export type Column = Float64Array | undefined;

interface EpochColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly count: Float64Array;
  readonly requested: Float64Array;
}

/** What was cache of a column's legs before, by their rows: of most legs a new row changes nothing. */
const cache = new WeakMap<
  Float64Array,
  WeakMap<readonly number[], EpochColumns & { readonly revision: number }>
>();

/** A leg's value at every epoch that has a row; the same arrays as long as the rows are the same. */
export function epochLine(request: LineRequest, leg: LegRows, column: Column): TrajectoryLine {
  if (!column) return lineOf(request, columnsOf(leg, column));
  let legs = cache.get(column);
  if (!legs) cache.set(column, (legs = new WeakMap()));
  let columns = legs.get(leg.rows);
  if (columns?.revision !== leg.revision) {
    columns = { ...columnsOf(leg, column), revision: leg.revision };
    legs.set(leg.rows, columns);
  }
  return lineOf(request, columns);
}

function columnsOf({ rows }: LegRows, column: Column): EpochColumns {
  let count = 0;
  for (const row of rows) if (row >= 0) count++;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const there = new Float64Array(count);
  let i = 0;
  for (let epoch = 0; epoch < rows.length; epoch++) {
    const row = rows[epoch];
    if (row < 0) continue;
    x[i] = epoch;
    y[i] = column ? column[row] : NaN;
    there[i] = Number.isNaN(y[i]) ? 0 : 1;
    i++;
  }
  return { x, y, count: there, requested: new Float64Array(count).fill(NaN) };
}

/**
 * Mean and 95% t interval over legs, at every epoch for which any of them has a row.
 * @returns undefined if none has a row
 */
export function epochMeans(
  request: LineRequest,
  legs: readonly LegRows[],
  column: Column,
): TrajectoryLine | undefined {
  const epochs = legs.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  const [x, y, low, high, count] = Array.from({ length: 5 }, () => new Float64Array(epochs));
  const values = new Float64Array(legs.length);
  let at = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let known = false;
    for (let l = 0; l < legs.length; l++) {
      const row = legs[l].rows[epoch] ?? -1;
      values[l] = row < 0 || !column ? NaN : column[row];
      known ||= row >= 0;
    }
    if (!known) continue;
    const interval = meanInterval(values);
    x[at] = epoch;
    y[at] = interval.mean;
    low[at] = interval.low;
    high[at] = interval.high;
    count[at] = interval.count;
    at++;
  }
  if (at === 0) return undefined;
  const cut = (column: Float64Array): Float64Array => column.subarray(0, at);
  return {
    ...lineOf(request, {
      x: cut(x),
      y: cut(y),
      count: cut(count),
      requested: new Float64Array(at).fill(NaN),
    }),
    low: cut(low),
    high: cut(high),
  };
}

function lineOf({ id, name, style, subject }: LineRequest, columns: EpochColumns): TrajectoryLine {
  const { x, y, count, requested } = columns;
  return { id, name, style, subject, x, y, count, requested, epoch: x };
}
