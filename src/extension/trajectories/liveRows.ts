import { MetricsTable, type MetricsColumns } from '../../core/experiment/metricsTable';
import type { MetricsRow } from '../../core/experiment/metricsRow';

/** Milliseconds of two frames: pages draw once a frame, so more messages would be wasted. */
const FRAME_MS = 33;

/** Collects newly measured rows and sends them in batches. */
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
