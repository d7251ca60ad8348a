import { LabError } from '../errors';

/** The loss of a network that an engine trains has left the finite numbers. */
export class Diverged extends LabError {
  constructor(
    /** What the loss is. */
    readonly loss: number,
    /** Index of the network among those that are trained. */
    readonly task: number,
    /** 1-based. */
    readonly epoch: number,
    /** 0-based, within the epoch: the loss is that before the step's update. */
    readonly step: number,
  ) {
    super('numeric', divergence(`network ${task}`, loss, epoch, step));
  }

  /** Whether nothing has been learned yet: then no learning rate is to blame. */
  get isBeforeLearning(): boolean {
    return this.epoch === 1 && this.step === 0;
  }

  /** The message, of a network that has a name. */
  messageFor(network: string): string {
    return divergence(network, this.loss, this.epoch, this.step);
  }
}

function divergence(network: string, loss: number, epoch: number, step: number): string {
  return `training diverged: the loss of ${network} is ${loss} in epoch ${epoch}, step ${step + 1}; a smaller learning rate may help`;
}

/** @throws Diverged (`numeric`) when training has diverged */
export function requireFinite(loss: number, task: number, epoch: number, step: number): void {
  if (!Number.isFinite(loss)) throw new Diverged(loss, task, epoch, step);
}
