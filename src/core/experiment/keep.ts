import { legEpochs, type Leg } from './plan';
import type { Specification } from './specification';

/** The parts of a checkpoint that a run keeps. */
export interface Kept {
  /** Its attribution matrix. */
  readonly attribution: boolean;
  /** Its weights. */
  readonly specimen: boolean;
}

/** The parts of a leg's checkpoint that the specification keeps. */
export function keptOf(specification: Specification, leg: Leg, epoch: number): Kept {
  const { attributions, specimens } = specification.keep;
  const isStage = epoch === 0 || isLast(specification, leg, epoch);
  const isKept = (kept: typeof attributions): boolean =>
    kept === 'epochs' || (kept === 'stages' && isStage);
  return { attribution: isKept(attributions), specimen: isKept(specimens) };
}

/** Whether a checkpoint is the last of its leg; pruned copies and resumed runs start from it. */
export function isLast(specification: Specification, leg: Leg, epoch: number): boolean {
  return epoch === legEpochs(specification, leg);
}

/** Whether a checkpoint is used; unused ones need not leave the thread that made them. */
export function isNeeded(specification: Specification, leg: Leg, epoch: number): boolean {
  const { attribution, specimen } = keptOf(specification, leg, epoch);
  return attribution || specimen || isLast(specification, leg, epoch);
}
