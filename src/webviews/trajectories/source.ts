import type { MetricsColumns } from '../../core/experiment/metricsTable';
import type { MeasureId } from '../../core/measures/table';
import type { ExportedFile } from '../../protocol/connection';
import type { TrajectoryPoint } from '../../protocol/trajectories';

/** Where a view gets its trajectories from, and what it asks its host to do. */
export interface TrajectoriesSource {
  /** The rows of a run as far as they are known, with some measures. */
  columns(run: string, measures: readonly MeasureId[]): Promise<MetricsColumns>;
  /** @returns where the file is; undefined if the user declined */
  save(file: ExportedFile): Promise<string | undefined>;
  /**
   * Opens the matrix of a point, where there is a view for it.
   * @returns what was opened, or why nothing was, as far as it is known
   */
  readonly open?: (point: TrajectoryPoint) => Promise<string | undefined>;
  /** Lets the user choose further runs, where there are any. */
  readonly addRuns?: () => void;
  /** Shows a run no longer. */
  readonly removeRun?: (run: string) => void;
}
