import type { RunState } from '../core/experiment/events';
import type { MetricsColumns } from '../core/experiment/metricsTable';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification } from '../core/experiment/specification';
import type { MeasureId } from '../core/measures/table';
import type { MatrixPart } from './matrix';
import type { PageHost } from './connection';

/** What is known of a run beside its rows. */
export interface RunDescription {
  /** Absolute path of its folder: what identifies it. */
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
  /** What computed it, in words. */
  readonly engine: string;
  /** Version of the lab that began it. */
  readonly version: string;
  /** The null that its rows are held against, where it says so. */
  readonly nulls?: RunNull;
  /** Whether its rows were measured against the old null. */
  readonly oldNull?: boolean;
  /** Names of columns that its rows do not have: what a program put out need not hold all. */
  readonly absent?: readonly string[];
}

/** A run that is to be shown and cannot be. */
export interface LostRun extends Pick<RunDescription, 'run' | 'id' | 'name'> {
  /** Whether its folder is gone; otherwise it cannot be read. */
  readonly deleted: boolean;
  /** What happened to it, in words. */
  readonly message: string;
}

/** A specimen behind a point of a trajectory. */
export interface PointSpecimen {
  readonly seed: number;
  /** As `checkpointName` gives it. */
  readonly checkpoint: string;
  /** Of the measure that is shown; null where it is undefined. */
  readonly value: number | null;
}

/** A point of a trajectory: the matrix of one specimen, which may have to be chosen among several. */
export interface TrajectoryPoint extends MatrixPart {
  readonly run: string;
  /** The one specimen that the point shows, or one of each seed whose mean it is. */
  readonly specimens: readonly PointSpecimen[];
  /** Name of the measure whose values the specimens have. */
  readonly measure: string;
}

/** What a page of trajectories shows. */
export interface ShownRuns {
  readonly runs: readonly RunDescription[];
  /** Runs that were deleted, or cannot be read. */
  readonly lost?: readonly LostRun[];
  /** As the settings say; for users who have not chosen one. */
  readonly measure?: MeasureId;
  /** Folder of the experiment whose further runs are shown as they begin. */
  readonly follows?: string;
}

/** What the page of trajectories may ask of its host. */
export interface TrajectoriesHost extends PageHost {
  /** The page listens; the host tells it what to show. */
  ready(): void;
  /**
   * The rows of a run as far as they are known, with some measures. Rows that come later are appended.
   * Fails where the run cannot be read.
   */
  columns(request: {
    readonly run: string;
    readonly measures: readonly MeasureId[];
  }): Promise<MetricsColumns>;
  /**
   * Opens the matrix of a point, and no other: of several specimens the user chooses one, and where its
   * matrix is not kept, among those that are.
   * @returns what was opened, or why nothing was
   */
  open(point: TrajectoryPoint): Promise<string>;
  /** Lets the user choose further runs to compare. */
  addRuns(): void;
  /** Shows a run no longer. */
  removeRun(request: { readonly run: string }): void;
}

/** What the host may tell the page of trajectories. */
export interface TrajectoriesPage {
  /** Shows these runs and no others. */
  show(request: ShownRuns): void;
  /** Rows that were measured just now, with all measures. */
  append(request: { readonly run: string; readonly columns: MetricsColumns }): void;
}
