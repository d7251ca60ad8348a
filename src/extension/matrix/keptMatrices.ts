import { checkpointNamed, legName } from '../../core/experiment/plan';
import { readRun } from '../../node/runStore/readRun';

/** Whether the matrix of a checkpoint is kept, and what is kept beside it. */
export interface Kept {
  readonly isKept: boolean;
  /** The nearest of the same network that are kept: before it, and after it. */
  readonly nearest: readonly string[];
  /** `keep.attributions` of the run. */
  readonly keeps: 'none' | 'stages' | 'epochs';
  /** Whether the run is finished: of one that is not, more may be kept yet. */
  readonly isFinished: boolean;
}

/**
 * What is kept of a checkpoint and its neighbours. No import of VS Code.
 * @param run absolute path of its folder
 * @param checkpoint as `checkpointName` gives it
 * @throws LabError when no run is there, or it is damaged
 */
export async function keptOf(run: string, checkpoint: string): Promise<Kept> {
  const stored = await readRun(run);
  const wanted = checkpointNamed(checkpoint);
  const own = (await stored.checkpoints())
    .filter(({ leg, attribution }) => {
      return attribution && wanted && legName(leg) === legName(wanted.leg);
    })
    .sort((a, b) => a.epoch - b.epoch);
  const epoch = wanted?.epoch ?? NaN;
  const before = own.filter((one) => one.epoch < epoch).at(-1);
  const after = own.find((one) => one.epoch > epoch);
  return {
    isKept: own.some(({ name }) => name === checkpoint),
    nearest: [before, after].flatMap((one) => one?.name ?? []),
    keeps: stored.header.specification.keep.attributions,
    isFinished: stored.state === 'finished',
  };
}
