import { fixedNumber, ratioText } from '../../figures/text/numbers';
import {
  advance,
  epochsOfLeg,
  percentDone,
  startProgress,
  timeLeft,
  type Progress,
} from '../../core/experiment/progress';
import type { LiveEvent } from '../../core/experiment/events';
import type { ActiveRun, RunEnd, RunRequest } from './runService';

/** A run of this window, from the request to its end. */
export class Job {
  state: ActiveRun['state'] = 'queued';
  folder: string | undefined;
  /** A job that has ended stays in the queue for a moment; requests must not join it. */
  hasEnded = false;
  readonly controller = new AbortController();
  readonly end: Promise<RunEnd>;
  private settle: (end: RunEnd) => void = () => undefined;
  private progress: Progress;

  constructor(
    readonly request: RunRequest,
    /** Name of the experiment. */
    readonly name: string,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.progress = startProgress(clock());
    this.end = new Promise((resolve) => (this.settle = resolve));
  }

  begin(): void {
    this.state = 'starting';
    this.progress = startProgress(this.clock());
  }

  addEvents(events: readonly LiveEvent[]): void {
    if (this.state === 'starting') this.state = 'running';
    for (const event of events) this.progress = advance(this.progress, event, this.clock());
  }

  /** Requests the job to stop. A queued job ends at once. */
  stop(): void {
    if (this.state === 'queued') this.finish({ state: 'stopped' });
    else this.state = 'stopping';
    this.controller.abort();
  }

  finish(end: RunEnd): void {
    this.hasEnded = true;
    this.settle(end);
  }

  /** The current state. */
  snapshot(): ActiveRun {
    const { request, name, state, folder, progress } = this;
    return {
      experiment: request.experiment,
      name,
      state,
      folder,
      percent: percentDone(progress),
      timeLeft: timeLeft(progress, this.clock()),
      activity: activityOf(progress),
    };
  }
}

/** Progress of data generation, in figures that need no translation: `autoencoder 3/20`. */
export function dataProgressInWords({ step, done, of }: NonNullable<Progress['data']>): string {
  return `${step} ${done}/${of}`;
}

/** Seed, arm, ratio, epoch and R of a run, in figures that need no translation: `42 dense 30% · 12/50 · R 3.36`. */
function activityOf(progress: Progress): string {
  const { data, row, stage } = progress;
  if (data) return dataProgressInWords(data);
  if (!row) return stage ?? '';
  const { seed, arm, requested, step } = row;
  const leg =
    requested === null
      ? `${seed} ${arm}`
      : `${seed} ${arm} ${ratioText(requested)}${step === undefined ? '' : `·${step}`}`;
  const epochs = epochsOfLeg(progress);
  const { mean } = row.measures.relative;
  return [
    leg,
    `${row.epoch}${epochs === undefined ? '' : `/${epochs}`}`,
    ...(mean === null ? [] : [`R ${fixedNumber(mean, 2)}`]),
  ].join(' · ');
}
