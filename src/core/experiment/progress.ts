import type { LiveEvent, Stage } from './events';
import type { MetricsRow } from './metricsRow';
import { legEpochs, legOf } from './plan';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** State of a run after some of its events. Times are milliseconds of any one clock. */
export interface Progress {
  readonly started: number;
  readonly stage?: Stage;
  /** Seeds of the stage. */
  readonly seeds: readonly number[];
  readonly specification?: Specification;
  /** Epochs of the whole run, and those done, including earlier executions. */
  readonly epochs: number;
  readonly epochsDone: number;
  /** Epochs that this execution has measured, and the time when it began to measure. */
  readonly epochsMeasured: number;
  readonly measuringSince?: number;
  /** Progress of data generation. */
  readonly data?: { readonly step: string; readonly done: number; readonly of: number };
  /** The levels that rows are compared with. */
  readonly nulls?: RunNull;
  /** The latest row. */
  readonly row?: MetricsRow;
}

/** The state before any event. */
export function startProgress(now: number): Progress {
  return { started: now, seeds: [], epochs: 0, epochsDone: 0, epochsMeasured: 0 };
}

/** The state after one more event. */
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
 * Completed epochs of a run as a whole percentage, rounded down. All views show this number; it never
 * decreases. Generating data counts no epochs, and has its own progress.
 * @returns undefined where no run has begun, for example if only data is generated
 */
export function percentDone({ epochs, epochsDone }: Progress): number | undefined {
  if (epochs === 0) return undefined;
  return Math.min(100, Math.floor((100 * epochsDone) / epochs));
}

/**
 * Estimated milliseconds until the last epoch, from the mean duration of this execution's epochs; undefined
 * before the first of them.
 */
export function timeLeft(progress: Progress, now: number): number | undefined {
  const { epochs, epochsDone, epochsMeasured, measuringSince } = progress;
  if (epochsMeasured === 0 || measuringSince === undefined) return undefined;
  return ((now - measuringSince) / epochsMeasured) * Math.max(0, epochs - epochsDone);
}

/** Number of epochs of the latest row's leg. */
export function epochsOfLeg({ specification, row }: Progress): number | undefined {
  return specification && row ? legEpochs(specification, legOf(row)) : undefined;
}
