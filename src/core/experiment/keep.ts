import { legEpochs, type Leg } from './plan';
import type { Specification } from './specification';

/** What a run keeps of a checkpoint. */
export interface Kept {
  /** Its attribution matrix. */
  readonly attribution: boolean;
  /** Its weights. */
  readonly specimen: boolean;
}

/** What the specification wants kept of a leg's checkpoint. */
export function keptOf(specification: Specification, leg: Leg, epoch: number): Kept {
  const { attributions, specimens } = specification.keep;
  const isStage = epoch === 0 || isLast(specification, leg, epoch);
  const isKept = (kept: typeof attributions): boolean =>
    kept === 'epochs' || (kept === 'stages' && isStage);
  return { attribution: isKept(attributions), specimen: isKept(specimens) };
}

/** Whether a checkpoint is the last of its leg, from which pruned copies and a resumed run start. */
export function isLast(specification: Specification, leg: Leg, epoch: number): boolean {
  return epoch === legEpochs(specification, leg);
}

/** Whether anybody needs a checkpoint: those that nobody does need not leave the thread they were made in. */
export function isNeeded(specification: Specification, leg: Leg, epoch: number): boolean {
  const { attribution, specimen } = keptOf(specification, leg, epoch);
  return attribution || specimen || isLast(specification, leg, epoch);
}
