import { LabError, type Divergence } from '../errors';

/** The network, epoch and step in which an engine found a loss that is not finite. */
export type LossDivergence = Divergence & Required<Pick<Divergence, 'loss' | 'task' | 'step'>>;

/** The divergence that an engine's error reports, if any. */
export function lossDivergence(error: unknown): LossDivergence | undefined {
  const { loss, task, epoch, step } = (error instanceof LabError && error.facts.diverged) || {};
  if (loss === undefined || task === undefined || step === undefined) return undefined;
  return { loss, task, epoch: epoch ?? 0, step };
}

/** Whether the very first step failed; then the learning rate is not the cause. */
export function isBeforeLearning({ epoch, step }: LossDivergence): boolean {
  return epoch === 1 && step === 0;
}

/** The message for a diverged network. @param network its name */
export function divergenceInWords(
  network: string,
  { loss, epoch, step }: Omit<LossDivergence, 'task'>,
): string {
  return `training diverged: the loss of ${network} is ${loss} in epoch ${epoch}, step ${step + 1}; a smaller learning rate may help`;
}

/** @throws Diverged (`numeric`) when the loss is not finite */
export function requireFinite(loss: number, task: number, epoch: number, step: number): void {
  if (Number.isFinite(loss)) return;
  const diverged = { loss, task, epoch, step };
  const reason = divergenceInWords(`network ${task}`, diverged);
  throw new LabError('numeric', reason, {}, { facts: { diverged } });
}
