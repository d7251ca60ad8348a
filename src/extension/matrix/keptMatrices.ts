import { checkpointNamed, legName } from '../../core/experiment/plan';
import { readRun } from '../../node/runStore/readRun';

/** Whether the matrix of a checkpoint is kept, and which nearby matrices are. */
export interface KeptMatrices {
  readonly isKept: boolean;
  /** The nearest kept checkpoints of the same leg: the one before and the one after. */
  readonly nearest: readonly string[];
  /** `keep.attributions` of the run. */
  readonly keeps: 'none' | 'stages' | 'epochs';
  /** Whether the run is finished; an unfinished run may still keep more. */
  readonly isFinished: boolean;
}

/**
 * Looks up whether a run keeps the matrix of a checkpoint. Does not import VS Code.
 * @param run absolute path of its folder
 * @param checkpoint a name made by `checkpointName`
 * @throws LabError if there is no run or it is damaged
 */
export async function findKeptMatrices(run: string, checkpoint: string): Promise<KeptMatrices> {
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
