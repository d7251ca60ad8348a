import { armsOf } from './arms';
import { legEpochs, rewinds, type Leg } from './plan';
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

/** Whether arms return to a checkpoint in the midst of its leg, so that resumed runs need it. */
export function isRewindPoint(specification: Specification, leg: Leg, epoch: number): boolean {
  if (!specification.arms || leg.requested !== null) return false;
  for (const { trainedAs, pruning } of armsOf(specification).values()) {
    if (trainedAs === leg.arm && pruning?.rewind === epoch) return true;
  }
  return false;
}

/** Whether a later leg ranks weights by their movement in this one. */
export function isMovementNeeded(specification: Specification, leg: Leg): boolean {
  if (!specification.arms) return false;
  for (const { name, trainedAs, pruning } of armsOf(specification).values()) {
    if (pruning?.method !== 'movement') continue;
    if (leg.requested === null ? trainedAs === leg.arm : name === leg.arm) return true;
  }
  return false;
}

/** Whether a later leg continues with the optimiser's state at the end of this one. */
export function isStateNeeded(specification: Specification, leg: Leg): boolean {
  for (const arm of armsOf(specification).values()) {
    if (arm.retraining.optimizerState !== 'keep' || rewinds(arm)) continue;
    if (leg.requested === null ? arm.trainedAs === leg.arm : arm.name === leg.arm) return true;
  }
  return false;
}

/** Whether a checkpoint is used; unused ones need not leave the thread that made them. */
export function isNeeded(specification: Specification, leg: Leg, epoch: number): boolean {
  const { attribution, specimen } = keptOf(specification, leg, epoch);
  return (
    attribution ||
    specimen ||
    isLast(specification, leg, epoch) ||
    isRewindPoint(specification, leg, epoch)
  );
}
