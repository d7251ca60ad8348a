import type { Obstacle } from '../../node/runStore/resumableRun';
import { runSettings } from '../settings';
import type { ExperimentEntry } from './experimentIndex';

type Obstacles = ReadonlyMap<string, readonly Obstacle[]>;

/** Determines why running an experiment does not resume its unfinished runs. */
export class ResumeObstacles {
  /** By entry of the index, which is a new object whenever the experiment changes. */
  private readonly cache = new WeakMap<
    ExperimentEntry,
    { readonly engine: string; readonly obstacles: Obstacles }
  >();

  /** Empty if running the experiment resumes the run, if it is finished, or if the specification is not valid. */
  async obstaclesOf(entry: ExperimentEntry, run: string): Promise<readonly Obstacle[]> {
    const { specification, runs } = entry;
    if (!specification || runs.every(({ state }) => state === 'finished')) return [];
    const { engine } = runSettings(entry.folder);
    const cached = this.cache.get(entry);
    if (cached?.engine === engine) return cached.obstacles.get(run) ?? [];
    const { chooseRun } = await import('../../node/runStore/resumableRun');
    const { passedOver } = chooseRun(runs, {
      specification,
      engine: engine === 'auto' ? undefined : engine,
    });
    const obstacles = new Map(
      passedOver.map(({ run: { folder }, obstacles: why }) => [folder, why]),
    );
    this.cache.set(entry, { engine, obstacles });
    return obstacles.get(run) ?? [];
  }
}
