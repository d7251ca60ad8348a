import { MetricsTable, type MetricsColumns } from '../../core/experiment/metricsTable';
import type { MetricsRow } from '../../core/experiment/metricsRow';

/** A page draws once a frame; more often it need not be told. */
const FRAME_MS = 33;

/** Gathers rows that are measured, and sends them on in batches. */
export class LiveRows {
  private readonly batches = new Map<string, MetricsTable>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (run: string, columns: MetricsColumns) => void) {}

  add(run: string, row: MetricsRow): void {
    let batch = this.batches.get(run);
    if (!batch) this.batches.set(run, (batch = new MetricsTable()));
    batch.add(row);
    this.timer ??= setTimeout(() => this.flush(), FRAME_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.batches.clear();
  }

  private flush(): void {
    this.timer = undefined;
    const batches = [...this.batches];
    this.batches.clear();
    for (const [run, batch] of batches) this.send(run, batch.columns());
  }
}
