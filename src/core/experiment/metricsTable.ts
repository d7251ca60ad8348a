import { MEASURES, type MeasureId } from '../measures/table';
import type { MaybeNumber, MetricsRow } from './metricsRow';
import { legName, legOf, type Leg } from './plan';

/** One measure of many rows; NaN where undefined. */
export interface MeasureColumns {
  /** `[rows]`, the net's mean. */
  readonly mean: Float64Array;
  /** `[rows]`, the level of random readouts. */
  readonly null: Float64Array;
  /** `[layers][rows]`, the mean per hidden layer. */
  readonly layers: readonly Float64Array[];
}

/** The numeric fields of a row that are kept in columns. */
export const NUMBER_COLUMNS = [
  'seed',
  'epoch',
  'requested',
  'step',
  'neuronRatio',
  'parameterRatio',
  'weightRatio',
  'trainLoss',
  'testLoss',
  'r2',
] as const;

/** Name of a numeric column. */
export type NumberColumn = (typeof NUMBER_COLUMNS)[number];

/** Rows of metrics as columns: flat arrays, cheap to send and to draw. NaN is missing. */
export interface MetricsColumns {
  readonly count: number;
  /**
   * Each `[rows]`; `requested` is NaN where nothing was pruned, `step` where there is one step, `weightRatio`
   * without named arms.
   */
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
  /** `[rows]`: index in `armNames`. */
  readonly arm: Uint8Array;
  /** The arms that have rows, in order of their first row. */
  readonly armNames: readonly string[];
  /** The requested measures. */
  readonly measures: Readonly<Partial<Record<MeasureId, MeasureColumns>>>;
}

/** The rows of a leg. */
export interface LegRows {
  readonly leg: Leg;
  /** By epoch: index of the row in the columns; -1 or absent if there is none. */
  readonly rows: readonly number[];
  /** Increases with every row added or replaced, so an equal revision means equal rows. */
  readonly revision: number;
}

interface Growing {
  mean: Float64Array;
  null: Float64Array;
  layers: Float64Array[];
}

/**
 * The rows of a run in growing columns. A row replaces an earlier one of the same leg and epoch, so that a
 * run's file and its events may be read at the same time.
 */
export class MetricsTable {
  private size = 0;
  private capacity = 64;
  private readonly numbers = new Map<NumberColumn, Float64Array>();
  private arms = new Uint8Array(this.capacity);
  /** Index of each arm by name. */
  private readonly armIndex = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly byMeasure = new Map<MeasureId, Growing>();
  private readonly byLeg = new Map<string, { leg: Leg; rows: number[]; revision: number }>();

  /** @param measures to keep; all unless given */
  constructor(readonly measures: readonly MeasureId[] = MEASURES.map(({ id }) => id)) {
    for (const name of NUMBER_COLUMNS) this.numbers.set(name, new Float64Array(this.capacity));
    for (const id of measures) {
      const column = (): Float64Array => missing(this.capacity);
      this.byMeasure.set(id, { mean: column(), null: column(), layers: [] });
    }
  }

  /** Number of rows. */
  get count(): number {
    return this.size;
  }

  /** The arms that have rows, in order of their first row. */
  get armNames(): string[] {
    return [...this.names];
  }

  /** The arm of a row. */
  armOf(row: number): string {
    return this.names[this.arms[row]];
  }

  /** The legs that have rows, in order of their first row. */
  get legs(): IterableIterator<LegRows> {
    return this.byLeg.values();
  }

  /** `[≥ count]`: the current column; invalid after the next change. */
  number(name: NumberColumn): Float64Array {
    return this.numbers.get(name) as Float64Array;
  }

  /** The current columns of a measure; invalid after the next change; undefined if it is not kept. */
  measure(id: MeasureId): MeasureColumns | undefined {
    return this.byMeasure.get(id);
  }

  /** Adds a row, or replaces the one of the same leg and epoch. */
  add(row: MetricsRow): void {
    const at = this.place(legOf(row), row.epoch);
    for (const [name, column] of this.numbers) column[at] = orMissing(row[name] ?? null);
    for (const [id, columns] of this.byMeasure) {
      const { mean, null: chance, layers } = row.measures[id];
      columns.mean[at] = orMissing(mean);
      columns.null[at] = orMissing(chance);
      this.widen(columns, layers.length);
      columns.layers.forEach((column, l) => (column[at] = orMissing(layers[l] ?? null)));
    }
  }

  /** Adds rows given as columns; measures that they lack become NaN. */
  extend({ count, numbers, arm, armNames, measures }: MetricsColumns): void {
    for (let i = 0; i < count; i++) {
      const requested = numbers.requested[i];
      const step = numbers.step[i];
      const leg = legOf({
        seed: numbers.seed[i],
        arm: armNames[arm[i]],
        requested: Number.isNaN(requested) ? null : requested,
        step: Number.isNaN(step) ? undefined : step,
      });
      const at = this.place(leg, numbers.epoch[i]);
      for (const [name, column] of this.numbers) column[at] = numbers[name][i];
      for (const [id, columns] of this.byMeasure) {
        const from = measures[id];
        columns.mean[at] = from?.mean[i] ?? NaN;
        columns.null[at] = from?.null[i] ?? NaN;
        this.widen(columns, from?.layers.length ?? 0);
        columns.layers.forEach((column, l) => (column[at] = from?.layers[l]?.[i] ?? NaN));
      }
    }
  }

  /** A copy of the rows from an index on, with some of the measures. */
  columns(measures: readonly MeasureId[] = this.measures, from = 0): MetricsColumns {
    const copy = (column: Float64Array): Float64Array => column.slice(from, this.size);
    const numbers = Object.fromEntries(
      NUMBER_COLUMNS.map((name) => [name, copy(this.number(name))]),
    ) as Record<NumberColumn, Float64Array>;
    const chosen = measures.flatMap((id) => {
      const columns = this.byMeasure.get(id);
      if (!columns) return [];
      const { mean, null: chance, layers } = columns;
      return [[id, { mean: copy(mean), null: copy(chance), layers: layers.map(copy) }] as const];
    });
    return {
      count: this.size - from,
      numbers,
      arm: this.arms.slice(from, this.size),
      armNames: this.armNames,
      measures: Object.fromEntries(chosen),
    };
  }

  /** Index of a leg's row for an epoch; appends a new row if there is none. */
  private place(leg: Leg, epoch: number): number {
    const name = legName(leg);
    let known = this.byLeg.get(name);
    if (!known) this.byLeg.set(name, (known = { leg, rows: [], revision: 0 }));
    const { rows } = known;
    known.revision++;
    while (rows.length <= epoch) rows.push(-1);
    if (rows[epoch] >= 0) return rows[epoch];
    if (this.size === this.capacity) this.grow();
    const at = this.size++;
    rows[epoch] = at;
    let arm = this.armIndex.get(leg.arm);
    if (arm === undefined) {
      this.armIndex.set(leg.arm, (arm = this.names.length));
      this.names.push(leg.arm);
    }
    this.arms[at] = arm;
    return at;
  }

  private widen(columns: Growing, layers: number): void {
    while (columns.layers.length < layers) columns.layers.push(missing(this.capacity));
  }

  private grow(): void {
    this.capacity *= 2;
    const larger = (column: Float64Array): Float64Array => {
      const grown = missing(this.capacity);
      grown.set(column);
      return grown;
    };
    for (const [name, column] of this.numbers) this.numbers.set(name, larger(column));
    for (const columns of this.byMeasure.values()) {
      columns.mean = larger(columns.mean);
      columns.null = larger(columns.null);
      columns.layers = columns.layers.map(larger);
    }
    const arms = new Uint8Array(this.capacity);
    arms.set(this.arms);
    this.arms = arms;
  }
}

function missing(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}

function orMissing(value: MaybeNumber): number {
  return value ?? NaN;
}
