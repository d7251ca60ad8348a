import type { ExperimentEvent, LiveEvent } from '../../../core/experiment/events';

/** How long events are batched: a thousand rows a second make twenty messages. */
const GATHER_MS = 50;

/** Sends the events of a run in batches, in order. */
export class Outbox {
  private waiting: LiveEvent[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (events: readonly LiveEvent[]) => void) {}

  put(event: ExperimentEvent): void {
    this.waiting.push(liveEventOf(event));
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const events = this.waiting;
    this.waiting = [];
    if (events.length > 0) this.send(events);
  }
}

/** An event without weights and matrices, which are read from the run store. */
function liveEventOf(event: ExperimentEvent): LiveEvent {
  if (event.type !== 'checkpoint-ready') return event;
  const { leg, phase, epoch } = event.checkpoint;
  return {
    type: 'checkpoint-ready',
    checkpoint: { leg, phase, epoch },
  };
}
