import { LabError } from '../errors';

/** @throws LabError (`numeric`) when training has diverged */
export function requireFinite(loss: number, task: number, epoch: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new LabError(
    'numeric',
    `training diverged: the loss of network ${task} is ${loss} in epoch ${epoch}, step ${step + 1}; a smaller learning rate may help`,
  );
}
