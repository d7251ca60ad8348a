import type { Specimen } from '../core/network/specimen';
import * as masks from '../core/pruning/mask';
import { checkedMask, checkedSpecimen } from './checks/networks';

/**
 * The mask of everything that was pruned between two states of a specimen: before and after `prune`, or two
 * checkpoints of a run. A mask is plain JSON, to be saved and replayed on another specimen.
 * @throws LabError naming what is wrong, or the unit that only `after` has
 */
export function maskOf(before: Specimen, after: Specimen): masks.PruningMask {
  return masks.maskOf(checkedSpecimen(before, 'before'), checkedSpecimen(after, 'after'));
}

/**
 * Prunes a specimen as another one was pruned before; the specimen that is given stays as it is.
 * @param specimen with the hidden units that the mask lists; its numbers of inputs and outputs may be others
 * @throws LabError naming what is wrong, or the unit that the specimen does not have or the mask does not list
 */
export function replayMask(specimen: Specimen, mask: masks.PruningMask): Specimen {
  return masks.replayMask(checkedSpecimen(specimen, 'specimen'), checkedMask(mask, 'mask'));
}

/**
 * The one mask that does what two in a row do.
 * @throws LabError naming what is wrong, or the unit by which the second does not start from what the first keeps
 */
export function composeMasks(
  first: masks.PruningMask,
  second: masks.PruningMask,
): masks.PruningMask {
  return masks.composeMasks(checkedMask(first, 'first'), checkedMask(second, 'second'));
}
