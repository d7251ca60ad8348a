import type { MetricsTable } from '../../core/experiment/metricsTable';
import type { MeasureId } from '../../core/measures/table';
import type { TrajectoryLine } from '../../figures/trajectories/lines';
import type { ShownRun } from '../../figures/trajectories/run';
import { type Part, stateFrom, type ViewState } from '../../figures/trajectories/state';
import type {
  LostRun,
  RunDescription,
  ShownRuns,
  TrajectoryPoint,
} from '../../protocol/trajectories';

/** A run that is shown. */
export interface KnownRun {
  readonly description: RunDescription;
  /** The rows that were read last. While the run goes on the view extends the table in place. */
  readonly table: MetricsTable;
  /** Measures that were read or asked for. */
  readonly measures: readonly MeasureId[];
  /** Whether rows were asked for that have not arrived. */
  readonly reading: boolean;
  /** Why the rows could not be read. */
  readonly problem?: string;
}

/** All that the view of trajectories draws. */
export interface TrajectoriesState {
  /** What the user chose, which also survives a reload. */
  readonly view: ViewState;
  /** Whether the user chose the measure; until then it is that of the settings. */
  readonly isMeasureChosen: boolean;
  /** Whether the host has said which runs to show. */
  readonly isInitialized: boolean;
  readonly known: readonly KnownRun[];
  readonly lost: readonly LostRun[];
  /** The last message to the user. */
  readonly note?: string;
}

/** What changes the state: the user, the host, and rows that arrive. */
export type TrajectoriesChange =
  | { readonly type: 'show'; readonly shown: ShownRuns }
  /** Rows that were read of a run, with the measures that its table keeps. */
  | { readonly type: 'rows read'; readonly run: string; readonly table: MetricsTable }
  | {
      readonly type: 'rows failed';
      readonly run: string;
      readonly measures: readonly MeasureId[];
      readonly problem: string;
    }
  | { readonly type: 'choose'; readonly view: Partial<ViewState> }
  | { readonly type: 'toggle run'; readonly run: string }
  /** Shows a run alone, or all again if it is alone. */
  | { readonly type: 'isolate run'; readonly run: string }
  | { readonly type: 'toggle part'; readonly part: Part }
  | { readonly type: 'toggle arm'; readonly arm: string }
  /** Zooms into some axes; others stay as they are. */
  | { readonly type: 'zoom'; readonly domains: ViewState['zoom'] }
  | { readonly type: 'open point'; readonly line: TrajectoryLine; readonly point: number }
  | { readonly type: 'note'; readonly text: string };

/** What a change asks the view to do besides drawing the new state. */
export type TrajectoriesEffect =
  /** Reads the rows of a run with these measures. */
  | { readonly type: 'read'; readonly run: string; readonly measures: readonly MeasureId[] }
  /** Opens the matrix of a point. */
  | { readonly type: 'open'; readonly point: TrajectoryPoint }
  /** By a screen reader. */
  | { readonly type: 'announce'; readonly text: string }
  /** Keeps what a reload restores. */
  | { readonly type: 'save'; readonly view: ViewState };

/** A state, and what to do on the way to it. */
export interface Step {
  readonly state: TrajectoriesState;
  readonly effects: readonly TrajectoriesEffect[];
}

/** The state of a new view. @param saved by a view before it */
export function initialState(saved: unknown): TrajectoriesState {
  return {
    view: stateFrom(saved),
    isMeasureChosen: saved !== undefined,
    isInitialized: false,
    known: [],
    lost: [],
  };
}

/** The runs as the charts take them. */
export function runsOf({ known, view: { hidden, slots } }: TrajectoriesState): ShownRun[] {
  return known.map(({ description, table, problem }) => ({
    ...description,
    table,
    problem,
    slot: slots[description.run] ?? 0,
    visible: !hidden.includes(description.run),
  }));
}
