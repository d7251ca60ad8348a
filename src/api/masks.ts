import type { Specimen } from '../core/network/specimen';
import * as masks from '../core/pruning/mask';
import { checkedMask, checkedSpecimen } from './checks/networks';

/**
 * The mask of all prunings between two states of a specimen: before and after `prune`, or two checkpoints of
 * a run. A mask is plain JSON, which can be saved and replayed on another specimen.
 * @throws LabError naming what is invalid, or a unit that `before` lacks
 */
export function maskOf(before: Specimen, after: Specimen): masks.PruningMask {
  return masks.maskOf(checkedSpecimen(before, 'before'), checkedSpecimen(after, 'after'));
}

/**
 * Prunes a copy of a specimen by a recorded mask.
 * @param specimen with the hidden units that the mask lists; its numbers of inputs and outputs may differ
 * @throws LabError naming what is invalid, or a unit that only one of specimen and mask has
 */
export function replayMask(specimen: Specimen, mask: masks.PruningMask): Specimen {
  return masks.replayMask(checkedSpecimen(specimen, 'specimen'), checkedMask(mask, 'mask'));
}

/**
 * One mask with the effect of two in a row.
 * @throws LabError naming what is invalid, or a unit where the second does not start from the first's result
 */
export function composeMasks(
  first: masks.PruningMask,
  second: masks.PruningMask,
): masks.PruningMask {
  return masks.composeMasks(checkedMask(first, 'first'), checkedMask(second, 'second'));
}
