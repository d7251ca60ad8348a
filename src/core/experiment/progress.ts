import type { LiveEvent, Stage } from './events';
import type { MetricsRow } from './metricsRow';
import { legEpochs, legOf } from './plan';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** What is known of a run from its events so far. Times are milliseconds of any one clock. */
export interface Progress {
  readonly started: number;
  readonly stage?: Stage;
  /** Seeds of the stage. */
  readonly seeds: readonly number[];
  readonly specification?: Specification;
  /** Epochs of the whole run, and those that are done, earlier executions included. */
  readonly epochs: number;
  readonly epochsDone: number;
  /** Epochs that this execution has measured, and since when. */
  readonly epochsMeasured: number;
  readonly measuringSince?: number;
  /** What the data is going through. */
  readonly data?: { readonly step: string; readonly done: number; readonly of: number };
  /** What rows are held against. */
  readonly nulls?: RunNull;
  /** The latest row. */
  readonly row?: MetricsRow;
}

/** Nothing is known yet. */
export function startProgress(now: number): Progress {
  return { started: now, seeds: [], epochs: 0, epochsDone: 0, epochsMeasured: 0 };
}

/** What is known after one more event. */
export function advance(progress: Progress, event: LiveEvent, now: number): Progress {
  switch (event.type) {
    case 'run-started': {
      const { specification, epochs, epochsDone } = event;
      return { ...progress, specification, epochs, epochsDone };
    }
    case 'stage-started': {
      const { stage, seeds } = event;
      const measuringSince = progress.measuringSince ?? (stage === 'data' ? undefined : now);
      return { ...progress, stage, seeds, measuringSince, data: undefined };
    }
    case 'data-progress':
      return { ...progress, data: { step: event.step, done: event.done, of: event.of } };
    case 'null-drawn':
      return { ...progress, nulls: event.nulls };
    case 'epoch-measured': {
      const counts = event.row.epoch > 0 ? 1 : 0;
      return {
        ...progress,
        row: event.row,
        epochsDone: progress.epochsDone + counts,
        epochsMeasured: progress.epochsMeasured + counts,
      };
    }
    case 'data-ready':
    case 'leg-started':
    case 'checkpoint-ready':
    case 'leg-finished':
    case 'warning':
    case 'run-finished':
      return progress;
  }
}

/**
 * Whole percent of the run's epochs that are done, rounded down: the one percentage of a run, which every
 * view shows and which never falls. Making data counts no epochs: its steps are told by their own counts.
 * @returns undefined where no run has begun, as when only data is generated
 */
export function percentDone({ epochs, epochsDone }: Progress): number | undefined {
  if (epochs === 0) return undefined;
  return Math.min(100, Math.floor((100 * epochsDone) / epochs));
}

/**
 * Milliseconds until the last epoch, if epochs go on taking what those of this execution took;
 * undefined before the first of them.
 */
export function timeLeft(progress: Progress, now: number): number | undefined {
  const { epochs, epochsDone, epochsMeasured, measuringSince } = progress;
  if (epochsMeasured === 0 || measuringSince === undefined) return undefined;
  return ((now - measuringSince) / epochsMeasured) * Math.max(0, epochs - epochsDone);
}

/** Epochs of the leg that was measured last. */
export function epochsOfLeg({ specification, row }: Progress): number | undefined {
  return specification && row ? legEpochs(specification, legOf(row)) : undefined;
}
