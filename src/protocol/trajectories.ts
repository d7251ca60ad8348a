import type { RunState } from '../core/experiment/events';
import type { MetricsColumns } from '../core/experiment/metricsTable';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification } from '../core/experiment/specification';
import type { MeasureId } from '../core/measures/table';
import type { MatrixPart } from './matrix';
import type { PageHost } from './connection';

/** A run without its rows. */
export interface RunDescription {
  /** Absolute path of its folder, which identifies it. */
  readonly run: string;
  /** Name of the run's folder, for people. */
  readonly id: string;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** Name of the experiment, for people. */
  readonly name: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly state: RunState;
  readonly specification: Specification;
  /** The engine, in words. */
  readonly engine: string;
  /** Version of the lab that started it. */
  readonly version: string;
  /** The null that its rows are compared with, if it has one. */
  readonly nulls?: RunNull;
  /** Whether its rows were measured against the old null. */
  readonly oldNull?: boolean;
  /** Names of missing columns: outputs of programs may leave some out. */
  readonly absent?: readonly string[];
}

/** A run that cannot be shown. */
export interface LostRun extends Pick<RunDescription, 'run' | 'id' | 'name'> {
  /** Whether its folder is gone; otherwise it is unreadable. */
  readonly deleted: boolean;
  /** What happened to it, in words. */
  readonly message: string;
}

/** A specimen behind a point of a trajectory. */
export interface PointSpecimen {
  readonly seed: number;
  /** As `checkpointName` gives it. */
  readonly checkpoint: string;
  /** Of the shown measure; null if undefined. */
  readonly value: number | null;
}

/** A point of a trajectory: the matrix of a specimen, or of one that the user chooses among several. */
export interface TrajectoryPoint extends MatrixPart {
  readonly run: string;
  /** The specimen of the point, or one per seed for a mean over seeds. */
  readonly specimens: readonly PointSpecimen[];
  /** Name of the measure of the specimens' values. */
  readonly measure: string;
}

/** What a page of trajectories shows. */
export interface ShownRuns {
  readonly runs: readonly RunDescription[];
  /** Runs that were deleted, or cannot be read. */
  readonly lost?: readonly LostRun[];
  /** From the settings; for users who have not chosen a measure. */
  readonly measure?: MeasureId;
  /** Folder of the experiment whose new runs are added as they start. */
  readonly follows?: string;
}

/** Methods of the host for the trajectories page. */
export interface TrajectoriesHost extends PageHost {
  /** The page is ready to receive calls. */
  ready(): void;
  /**
   * The rows of a run so far, with some measures. Later rows are appended. Fails if the run cannot be read.
   */
  columns(request: {
    readonly run: string;
    readonly measures: readonly MeasureId[];
  }): Promise<MetricsColumns>;
  /**
   * Opens the matrix of a point. Among several specimens the user chooses one; if the matrix is not stored, the
   * user chooses among those that are.
   * @returns a description of what was opened, or why nothing was
   */
  open(point: TrajectoryPoint): Promise<string>;
  /** Lets the user choose further runs to compare. */
  addRuns(): void;
  /** Removes a run from the page. */
  removeRun(request: { readonly run: string }): void;
}

/** Methods of the trajectories page for its host. */
export interface TrajectoriesPage {
  /** Shows these runs and no others. */
  show(request: ShownRuns): void;
  /** Appends new rows, with all measures. */
  append(request: { readonly run: string; readonly columns: MetricsColumns }): void;
}
