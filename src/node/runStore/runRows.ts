import path from 'node:path';
import { MetricsTable, type MetricsColumns } from '../../core/experiment/metricsTable';
import { unflattenRow, type MetricsRow } from '../../core/experiment/metricsRow';
import type { MeasureId } from '../../core/measures/table';
import { unlessMissing } from './disk';
import { readRows } from './metricsFile';
import { METRICS_FILE } from './paths';

/** After so many rows others get their turn: far less than 50 ms. */
const ROWS_AT_ONCE = 200;

/**
 * The rows of a run, read from its folder once and added to while it runs. A row may come both ways: it is
 * one row. No import of VS Code.
 */
export class RunRows {
  private readonly table = new MetricsTable();
  private reading: Promise<void> | undefined;

  constructor(
    /** Absolute path of the run's folder. */
    readonly folder: string,
  ) {}

  /**
   * The rows that are known, with some measures.
   * @throws LabError when a line is damaged or the file cannot be read
   */
  async columns(measures: readonly MeasureId[]): Promise<MetricsColumns> {
    await (this.reading ??= this.read());
    return this.table.columns(measures);
  }

  /** Adds a row that was measured just now. */
  add(row: MetricsRow): void {
    this.table.add(row);
  }

  /**
   * Looks into the folder again, where something else writes the run.
   * @returns the rows that are new
   * @throws LabError when a line is damaged or the file cannot be read
   */
  async refresh(): Promise<MetricsColumns> {
    const before = this.table.count;
    await (this.reading = this.read());
    return this.table.columns(undefined, before);
  }

  private async read(): Promise<void> {
    try {
      await unlessMissing(this.readFile());
    } catch (error) {
      // The next who asks tries again.
      this.reading = undefined;
      throw error;
    }
  }

  private async readFile(): Promise<void> {
    let rows = 0;
    for await (const { flat } of readRows(path.join(this.folder, METRICS_FILE), 'throw')) {
      this.table.add(unflattenRow(flat));
      if (++rows % ROWS_AT_ONCE === 0) await new Promise(setImmediate);
    }
  }
}
