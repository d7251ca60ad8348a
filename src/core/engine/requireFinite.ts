import { LabError, type Divergence } from '../errors';

/** Where a loss left the finite numbers, as an engine knows it. */
export type LossDivergence = Divergence & Required<Pick<Divergence, 'loss' | 'task' | 'step'>>;

/** Where the training of a network left the finite numbers, if that is what an error of an engine says. */
export function lossDivergence(error: unknown): LossDivergence | undefined {
  const { loss, task, epoch, step } = (error instanceof LabError && error.facts.diverged) || {};
  if (loss === undefined || task === undefined || step === undefined) return undefined;
  return { loss, task, epoch: epoch ?? 0, step };
}

/** Whether nothing has been learned yet: then no learning rate is to blame. */
export function isBeforeLearning({ epoch, step }: LossDivergence): boolean {
  return epoch === 1 && step === 0;
}

/** What happened, in words. @param network its name */
export function divergenceInWords(
  network: string,
  { loss, epoch, step }: Omit<LossDivergence, 'task'>,
): string {
  return `training diverged: the loss of ${network} is ${loss} in epoch ${epoch}, step ${step + 1}; a smaller learning rate may help`;
}

/** @throws LabError (`numeric`) with {@link LossDivergence} when training has diverged */
export function requireFinite(loss: number, task: number, epoch: number, step: number): void {
  if (Number.isFinite(loss)) return;
  const diverged = { loss, task, epoch, step };
  const reason = divergenceInWords(`network ${task}`, diverged);
  throw new LabError('numeric', reason, {}, { facts: { diverged } });
}
