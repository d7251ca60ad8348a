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

/** A run from the moment it is asked for to its end. */
export class Job {
  state: ActiveRun['state'] = 'queued';
  folder: string | undefined;
  /** It is in the queue for a moment more: nobody may join it any longer. */
  hasEnded = false;
  readonly controller = new AbortController();
  readonly end: Promise<RunEnd>;
  private settle: (end: RunEnd) => void = () => undefined;
  private progress: Progress;

  constructor(
    readonly request: RunRequest,
    /** Of the experiment. */
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

  take(events: readonly LiveEvent[]): void {
    if (this.state === 'starting') this.state = 'running';
    for (const event of events) this.progress = advance(this.progress, event, this.clock());
  }

  /** Asks it to stop; one that only waits ends at once. */
  stop(): void {
    if (this.state === 'queued') this.finish({ state: 'stopped' });
    else this.state = 'stopping';
    this.controller.abort();
  }

  finish(end: RunEnd): void {
    this.hasEnded = true;
    this.settle(end);
  }

  /** As it is now. */
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

/** How far data is made, in figures that need no translation. */
export function dataProgressInWords({ step, done, of }: NonNullable<Progress['data']>): string {
  return `${step} ${done}/${of}`;
}

/** What a run does, in figures that need no translation: `42 dense 30 % · 12/50 · R 3.36`. */
function activityOf(progress: Progress): string {
  const { data, row, stage } = progress;
  if (data) return dataProgressInWords(data);
  if (!row) return stage ?? '';
  const { seed, arm, requested } = row;
  const leg = requested === null ? `${seed} ${arm}` : `${seed} ${arm} ${100 * requested} %`;
  const epochs = epochsOfLeg(progress);
  const { mean } = row.measures.relative;
  return [
    leg,
    `${row.epoch}${epochs === undefined ? '' : `/${epochs}`}`,
    ...(mean === null ? [] : [`R ${mean.toFixed(2)}`]),
  ].join(' · ');
}
