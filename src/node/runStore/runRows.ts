import path from 'node:path';
import { MetricsTable, type MetricsColumns } from '../../core/experiment/metricsTable';
import { unflattenRow, type MetricsRow } from '../../core/experiment/metricsRow';
import type { MeasureId } from '../../core/measures/table';
import { unlessMissing } from './disk';
import { readRows } from './metricsFile';
import { METRICS_FILE } from './paths';

/** Rows to parse before yielding to the event loop; takes far less than 50 ms. */
const ROWS_PER_TURN = 200;

/**
 * The rows of a run, read from its folder once and extended by the events of the run. A row that arrives both ways is
 * stored once. Does not import VS Code.
 */
export class RunRows {
  private readonly table = new MetricsTable();
  private reading: Promise<void> | undefined;

  constructor(
    /** Absolute path of the run's folder. */
    readonly folder: string,
  ) {}

  /**
   * All rows known so far, with the given measures.
   * @throws LabError when a line is damaged or the file cannot be read
   */
  async columns(measures: readonly MeasureId[]): Promise<MetricsColumns> {
    await (this.reading ??= this.read());
    return this.table.columns(measures);
  }

  /** Adds a newly measured row. */
  add(row: MetricsRow): void {
    this.table.add(row);
  }

  /**
   * Reads the folder again, for a run that another process writes.
   * @returns the new rows
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
      // The next call tries again.
      this.reading = undefined;
      throw error;
    }
  }

  private async readFile(): Promise<void> {
    let rows = 0;
    for await (const { flat } of readRows(path.join(this.folder, METRICS_FILE), 'throw')) {
      this.table.add(unflattenRow(flat));
      if (++rows % ROWS_PER_TURN === 0) await new Promise(setImmediate);
    }
  }
}
