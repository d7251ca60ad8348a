import { checkpointName as nameOf, type LegInput, type Phase } from '../core/experiment/plan';
import { checked, checkedPart } from './checks/checked';
import * as options from './checks/options';

/**
 * Name of a checkpoint, unique within a run: `42-dense/training/50`, `42-dense-0.05/pruned/0`.
 * @throws LabError naming what is wrong
 */
export function checkpointName(leg: LegInput, phase: Phase, epoch: number): string {
  return nameOf(
    checkedPart(options.leg, leg, 'leg'),
    checked(options.phase, phase, 'phase'),
    checked(options.epoch, epoch, 'epoch'),
  );
}
